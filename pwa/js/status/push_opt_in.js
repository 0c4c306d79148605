// @ts-check
/** Offers Web Push in words after a sent report and renews it at each start. It is never required. */
import { fill, h, icon } from '../lib/dom.js';
import { request } from '../lib/request.js';
import { settings } from '../lib/store.js';
import { lang, t } from '../lib/i18n.js';

const SUBSCRIPTIONS = '/api/v1/push-subscriptions';
/** `subscribe()` may hang for as long as the push service cannot be reached. */
const PATIENCE_MS = 10000;

/** @typedef {'on' | 'off' | 'declined' | 'refused' | 'unsupported' | 'install' | 'failed'} PushState */

const supported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** Return whether push needs installation first: iPhone and iPad give it only to installed apps. */
export const needsInstall = () =>
  /iP(hone|ad|od)/.test(navigator.userAgent) ||
  (navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1);

export const installed = () =>
  matchMedia('(display-mode: standalone)').matches || /** @type {any} */ (navigator).standalone === true;

/** @returns {Promise<PushState>} */
export async function pushState() {
  if (!supported()) return needsInstall() && !installed() ? 'install' : 'unsupported';
  if (Notification.permission === 'denied') return 'refused';
  const wanted = await settings.get('push').catch(() => null);
  if (wanted === 'on' && Notification.permission === 'granted') return 'on';
  return wanted === 'declined' ? 'declined' : 'off';
}

/** @template T @param {Promise<T>} work @returns {Promise<T>} */
const patiently = (work) =>
  Promise.race([work, new Promise((_, reject) => setTimeout(() => reject(new Error('time')), PATIENCE_MS))]);

/** Fetch the server's public key (VAPID, RFC 8292). @returns {Promise<string | null>} */
async function serverKey() {
  const answer = await request(SUBSCRIPTIONS);
  if (answer.ok && answer.body?.key) await settings.put('push_key', answer.body.key).catch(() => undefined);
  return answer.body?.key ?? settings.get('push_key').catch(() => null);
}

/** @param {string} text base64url */
function bytes(text) {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer | null | undefined} have @param {Uint8Array} want */
const same = (have, want) => !!have && String(new Uint8Array(have)) === String(want);

/**
 * Subscribe (again) and register with the server. Requires the permission.
 * @returns {Promise<boolean>} whether this phone is subscribed
 */
export async function subscribe() {
  try {
    const key = await serverKey();
    const registration = await patiently(navigator.serviceWorker.ready);
    if (!key) return false;
    let subscription = await registration.pushManager.getSubscription();
    if (subscription && !same(subscription.options.applicationServerKey, bytes(key))) {
      await subscription.unsubscribe(); // made for an old server key
      subscription = null;
    }
    subscription ??= await patiently(
      registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }),
    );
    const { endpoint, keys } = subscription.toJSON();
    const answer = await request(SUBSCRIPTIONS, { method: 'PUT', json: { endpoint, keys, locale: lang() } });
    return answer.ok;
  } catch {
    return false;
  }
}

/** @returns {Promise<PushState>} */
async function turnOn() {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'refused' : 'off';
  if (!(await subscribe())) return 'failed';
  await settings.put('push', 'on').catch(() => undefined);
  return 'on';
}

/** @returns {Promise<PushState>} */
async function turnOff() {
  await settings.put('push', 'declined').catch(() => undefined);
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription) {
    await request(SUBSCRIPTIONS, { method: 'DELETE', json: { endpoint: subscription.endpoint } });
    await subscription.unsubscribe();
  }
  return 'declined';
}

/** Renew the subscription at each start, since browsers and push services drop them silently. */
export async function renew() {
  if ((await pushState()) === 'on') await subscribe();
}

/**
 * Draw the offer on a sent report's page before the browser asks.
 * @param {HTMLElement} place
 * @returns {Promise<() => void>}
 */
export async function pushOffer(place) {
  const state = await pushState();
  if (state === 'declined') draw(place, state, true);
  else draw(place, state);
  return () => undefined;
}

/** @param {HTMLElement} place @param {PushState} state @param {boolean} [small] */
function draw(place, state, small = false) {
  const button = (/** @type {string} */ words, /** @type {() => Promise<PushState>} */ act, quiet = false) =>
    h('button', { type: 'button', class: quiet ? 'button plain' : 'button quiet', onclick: run(place, act) }, t(words));
  const lines = {
    on: [h('p', { class: 'grow' }, t('push.on')), button('push.stop', turnOff, true)],
    off: [
      h('div', { class: 'grow' }, h('p', { class: 'strong' }, t('push.ask')), h('p', null, t('push.ask_why'))),
      h('div', { class: 'two' }, button('push.yes', turnOn), button('push.no', turnOff, true)),
    ],
    declined: [h('p', { class: 'grow' }, t('push.declined')), button('push.yes', turnOn, true)],
    refused: [h('p', { class: 'grow' }, t('push.refused'))],
    unsupported: [h('p', { class: 'grow' }, t('push.unsupported'))],
    install: [
      h('p', { class: 'grow' }, t('push.install')),
      h('a', { class: 'button plain', href: '/pasang' }, t('push.install_how')),
    ],
    failed: [h('p', { class: 'grow' }, t('push.failed')), button('push.again', turnOn, true)],
  };
  fill(place, h('div', { class: `push ${small ? 'small' : state}`, role: 'status' }, icon('bell'), lines[state]));
}

/** @param {HTMLElement} place @param {() => Promise<PushState>} act */
const run = (place, act) => async (/** @type {Event} */ event) => {
  const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
  button.disabled = true;
  fill(button, t('push.working'));
  draw(place, await act());
};
