// @ts-check
/**
 * Provides the phone's database and server requests to page and service worker.
 *
 * It has no import or export: the page loads it as a module, the worker with importScripts(), since every supported
 * browser runs classic workers only. Types: types.d.ts (`siaga`).
 */
(() => {
  /** Stores and the field that names a row. */
  const STORES = { drafts: 'id', outbox: 'key', reports: 'id', photos: 'id', followups: 'id', settings: 'key' };
  const VERSION = 1;

  /** @type {Promise<IDBDatabase> | null} */
  let opening = null;

  function open() {
    opening ??= new Promise((resolve, reject) => {
      const openRequest = indexedDB.open('siaga', VERSION);
      openRequest.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(STORES)) {
          if (!openRequest.result.objectStoreNames.contains(name))
            openRequest.result.createObjectStore(name, { keyPath });
        }
      };
      openRequest.onsuccess = () => {
        openRequest.result.onversionchange = () => forget(openRequest.result);
        openRequest.result.onclose = () => forget(openRequest.result);
        resolve(openRequest.result);
      };
      openRequest.onerror = () => {
        opening = null;
        reject(openRequest.error);
      };
    });
    return opening;
  }

  /** @param {IDBDatabase} db */
  function forget(db) {
    db.close();
    opening = null;
  }

  /**
   * Run one transaction; its changes are on disk when the promise resolves.
   * @template T
   * @param {string[]} stores
   * @param {IDBTransactionMode} mode
   * @param {(transaction: IDBTransaction) => IDBRequest<T> | void} work makes its requests at once, without awaiting
   * @returns {Promise<T>} the result of the request that `work` returned
   */
  async function transact(stores, mode, work) {
    const db = await open();
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(stores, mode, mode === 'readwrite' ? { durability: 'strict' } : {});
      const request = work(transaction);
      transaction.oncomplete = () => resolve(/** @type {T} */ (request?.result));
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('database'));
    });
  }

  const database = {
    transact,
    /** @param {string} store @param {string} key */
    get: (store, key) => transact([store], 'readonly', (t) => t.objectStore(store).get(key)),
    /** @param {string} store */
    all: (store) => transact([store], 'readonly', (t) => t.objectStore(store).getAll()),
    /** @param {string} store @param {object} row */
    put: (store, row) => transact([store], 'readwrite', (t) => t.objectStore(store).put(row)),
    /** @param {string} store @param {string} key */
    remove: (store, key) => transact([store], 'readwrite', (t) => t.objectStore(store).delete(key)),
  };

  /** Return random bytes as hexadecimal. @param {number} length */
  const hex = (length) =>
    Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => byte.toString(16).padStart(2, '0')).join('');

  /** Return a random UUID (version 4), also outside a secure context. */
  function uuid() {
    const digits = hex(16);
    const variant = '89ab'.charAt(parseInt(digits.charAt(16), 16) & 3);
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      variant + digits.slice(17, 20),
      digits.slice(20),
    ].join('-');
  }

  /** Return the header `Siaga-Device`: created once on this phone, without personal data. */
  async function device() {
    try {
      const fresh = { key: 'device', value: `${uuid()}.${hex(16)}` };
      const row = await transact(['settings'], 'readwrite', (t) => {
        const settings = t.objectStore('settings');
        const found = settings.get('device');
        found.onsuccess = () => found.result ?? settings.put(fresh);
        return found;
      });
      return row ? row.value : fresh.value;
    } catch {
      return null; // no database (private window): the report is sent without a device
    }
  }

  /**
   * Send one request to the server. It never throws: a network failure or time-out is status 0.
   * @param {string} path
   * @param {SiagaRequest} [options]
   * @returns {Promise<SiagaAnswer>}
   */
  async function request(path, options = {}) {
    const { method = 'GET', json, body, token, headers = {}, timeout_ms = 15000, keepalive = false } = options;
    const sent = new Headers(headers);
    if (json !== undefined) sent.set('Content-Type', 'application/json');
    if (token) sent.set('Authorization', `Bearer ${token}`);
    const id = await device();
    if (id) sent.set('Siaga-Device', id);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeout_ms);
    try {
      const answer = await fetch(path, {
        method,
        headers: sent,
        body: json === undefined ? body : JSON.stringify(json),
        keepalive,
        signal: stop.signal,
        cache: 'no-store',
        credentials: 'same-origin',
        redirect: 'error',
      });
      const isJson = /json/.test(answer.headers.get('Content-Type') ?? '');
      return {
        ok: answer.ok,
        status: answer.status,
        body: isJson ? await answer.json() : null,
        headers: answer.headers,
        retry_after_s: Number(answer.headers.get('Retry-After')) || null,
      };
    } catch {
      return { ok: false, status: 0, body: null, headers: new Headers(), retry_after_s: null };
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Notify this page and every other open page of a change.
   * @param {SiagaNews} news
   */
  function broadcast(news) {
    if (!('BroadcastChannel' in globalThis)) {
      dispatchEvent(new CustomEvent('siaga:news', { detail: news }));
      return;
    }
    const channel = new BroadcastChannel('siaga');
    channel.postMessage(news);
    channel.close();
  }

  /**
   * Listen for changes from this page, other pages and the worker.
   * @param {(news: SiagaNews) => void} hear
   * @returns {() => void} stop listening
   */
  function listen(hear) {
    const here = (/** @type {any} */ event) => hear(event.detail);
    addEventListener('siaga:news', here);
    const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('siaga') : null;
    if (channel) channel.onmessage = (message) => hear(message.data);
    return () => {
      removeEventListener('siaga:news', here);
      channel?.close();
    };
  }

  globalThis.siaga = /** @type {SiagaShared} */ ({ database, request, uuid, hex, broadcast, listen });
})();
