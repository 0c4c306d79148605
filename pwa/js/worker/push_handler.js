// @ts-check
/**
 * Handles push in the service worker (classic script, after shared.js): shows the notification, notifies open pages,
 * confirms delivery, opens the right page on a tap, and subscribes again after the browser dropped the subscription.
 */
(() => {
  const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
  const { database, request, broadcast } = globalThis.siaga;
  const APP = 'Bontang Siaga 112';

  /**
   * @typedef {{ title: string, body?: string, navigate?: string, tag?: string, lang?: string,
   *   dir?: NotificationDirection, silent?: boolean, data?: { receipt?: string } }} Declared
   */

  /**
   * Read a Declarative Web Push message for browsers that do not handle it themselves.
   * @param {PushEvent} event
   */
  function declared(event) {
    try {
      return /** @type {Declared} */ (event.data?.json().notification);
    } catch {
      return null; // an unreadable message must still be shown, or the browser revokes the permission
    }
  }

  /** @param {PushEvent} event */
  async function show(event) {
    const {
      title = APP,
      navigate = '/laporan',
      data = {},
      tag,
      ...rest
    } = declared(event) ?? /** @type {Partial<Declared>} */ ({});
    await worker.registration.showNotification(title, {
      ...rest,
      ...{ tag, renotify: !!tag, icon: picture('icons/app-192.png'), badge: picture('icons/badge-96.png') },
      data: { ...data, navigate },
    });
    broadcast({ what: 'push', navigate });
    await receipt(data.receipt, 'shown');
  }

  /** Return the address of a file of this release. @param {string} path */
  const picture = (path) => `${/** @type {any} */ (globalThis).RELEASE?.base ?? '/'}${path}`;

  /** @param {string | undefined} id @param {'shown' | 'clicked'} what */
  async function receipt(id, what) {
    if (id) await request('/api/v1/push-receipts', { method: 'POST', json: { receipt: id, what } });
  }

  /** @param {NotificationEvent} event */
  async function open({ notification }) {
    notification.close();
    const { navigate = '/laporan', receipt: id } = notification.data ?? {};
    const target = new URL(navigate, worker.location.origin);
    if (target.origin !== worker.location.origin) target.href = new URL('/laporan', worker.location.origin).href;
    const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const there = windows.find((client) => new URL(client.url).pathname === target.pathname);
    if (there) await there.focus();
    else await worker.clients.openWindow(target.href);
    broadcast({ what: 'push', navigate });
    await receipt(id, 'clicked');
  }

  /** @param {any} event */
  async function renew(event) {
    const key = event.oldSubscription?.options.applicationServerKey ?? (await keptKey());
    const fresh =
      event.newSubscription ??
      (key && (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })));
    if (!fresh) return;
    const { endpoint, keys } = fresh.toJSON();
    const lang = (await database.get('settings', 'lang'))?.value ?? 'id';
    await request('/api/v1/push-subscriptions', { method: 'PUT', json: { endpoint, keys, locale: lang } });
    const old = event.oldSubscription?.endpoint;
    if (old && old !== endpoint)
      await request('/api/v1/push-subscriptions', { method: 'DELETE', json: { endpoint: old } });
  }

  /** Return the server's key as base64url, accepted by every browser that has this event. */
  const keptKey = async () => (await database.get('settings', 'push_key'))?.value;

  worker.addEventListener('push', (event) => event.waitUntil(show(event)));
  worker.addEventListener('notificationclick', (event) => event.waitUntil(open(event)));
  worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event)));
})();
