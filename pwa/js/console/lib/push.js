// @ts-check
/** Subscribes staff to push: explains first, then asks the browser, and renews the subscription at each visit. */
import { ask } from './request.js';

const SUBSCRIPTIONS = '/api/v1/push-subscriptions';
const SCOPE = '/console/';
/** `subscribe()` may hang for as long as the push service cannot be reached. */
const PATIENCE_MS = 10000;

/** @template T @param {Promise<T>} work @returns {Promise<T>} */
const patiently = (work) =>
  Promise.race([work, new Promise((_, reject) => setTimeout(() => reject(new Error('time')), PATIENCE_MS))]);

/** Show the push offer where push is possible and still off. */
export async function preparePush() {
  const place = /** @type {HTMLElement | null} */ (document.getElementById('push'));
  if (!place || !('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) return;
  if (Notification.permission === 'granted' && (await subscribe().catch(() => false))) return;
  const say = /** @type {HTMLElement} */ (place.querySelector('[role=status]'));
  const button = /** @type {HTMLButtonElement} */ (place.querySelector('button'));
  if (Notification.permission === 'denied') say.textContent = place.dataset.refused ?? '';
  button.hidden = Notification.permission === 'denied';
  place.hidden = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    const allowed = (await Notification.requestPermission()) === 'granted';
    const done = allowed && (await subscribe().catch(() => false));
    say.textContent = (done ? place.dataset.on : allowed ? place.dataset.failed : place.dataset.refused) ?? '';
    button.hidden = done;
    button.disabled = false;
  });
}

async function subscribe() {
  const registration = await navigator.serviceWorker.register('/sw.js', { scope: SCOPE });
  const answer = await ask(SUBSCRIPTIONS);
  if (!answer.ok) return false;
  const key = bytes(answer.body.key);
  await patiently(active(registration));
  const subscription =
    (await registration.pushManager.getSubscription()) ??
    (await patiently(registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })));
  const { endpoint, keys } = subscription.toJSON();
  const stored = await ask(SUBSCRIPTIONS, {
    method: 'PUT',
    json: { endpoint, keys, locale: document.documentElement.lang },
  });
  return stored.ok;
}

/** @param {ServiceWorkerRegistration} registration @returns {Promise<void>} */
async function active(registration) {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker || worker.state === 'activated') return;
  await new Promise((resolve) =>
    worker.addEventListener('statechange', () => worker.state === 'activated' && resolve(null)),
  );
}

/** @param {string} text base64url */
function bytes(text) {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
