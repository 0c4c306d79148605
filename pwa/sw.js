// @ts-check
/// <reference lib="webworker" />
/**
 * Serves the app from the phone, sends reports when the network returns, and handles pushes.
 * The server writes `RELEASE` above this file. Each release has its own cache and takes over only after consent.
 */
(() => {
  const worker = /** @type {SiagaWorker} */ (/** @type {unknown} */ (globalThis));
  const { base, files, release, shells } = worker.RELEASE;
  for (const name of ['shared', 'report_outbox', 'photo_upload', 'followup_outbox', 'push_handler'])
    importScripts(`${base}js/worker/${name}.js`);

  const CACHE = `siaga-${release}-${shells}`;
  const LANGUAGES = ['id', 'en'];
  /** Addresses of the app: each gets the page from the cache, and the script draws the screen. */
  const SCREENS = /^\/(lapor|laporan(\/[\w-]+)?|nomor|pasang)?$/;
  /** Data that an administrator edits: served at once from the cache, refreshed in the background. */
  const CITY_URL = '/api/v1/city';
  /** The map's outlines, handled the same way once a map was opened. */
  const OUTLINES_URL = '/api/v1/geo/kelurahan.geojson';

  worker.addEventListener('install', (event) => event.waitUntil(fetchAll()));

  async function fetchAll() {
    const cache = await caches.open(CACHE);
    await Promise.all(
      LANGUAGES.map(async (language) => {
        const answer = await fetch(`/?lang=${language}`, { credentials: 'omit', cache: 'no-store' });
        if (!answer.ok) throw new Error('no page');
        await cache.put(`/?lang=${language}`, answer);
      }),
    );
    await cache.addAll(files);
    await cache.add(CITY_URL).catch(() => undefined);
  }

  worker.addEventListener('activate', (event) => event.waitUntil(takeOver()));

  async function takeOver() {
    const old = (await caches.keys()).filter((name) => name.startsWith('siaga-') && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await worker.clients.claim();
  }

  worker.addEventListener('message', (event) => {
    if (event.data === 'take over') void worker.skipWaiting();
    if (event.data === 'claim') event.waitUntil(worker.clients.claim());
  });

  worker.addEventListener('fetch', (event) => {
    const { request } = event;
    const { origin, pathname, searchParams } = new URL(request.url);
    if (origin !== worker.location.origin) return;
    if (request.method === 'POST' && pathname === '/bagikan') event.respondWith(takeShared(request));
    if (request.method !== 'GET') return;
    if (request.mode === 'navigate') {
      if (SCREENS.test(pathname)) event.respondWith(page(request, searchParams.get('lang')));
    } else if (pathname.startsWith(base)) event.respondWith(file(request));
    else if ([CITY_URL, OUTLINES_URL].includes(pathname)) event.respondWith(answerCached(event, pathname));
  });

  /** @param {Request} request @param {string | null} chosen */
  async function page(request, chosen) {
    const saved = await siaga.database.get('settings', 'lang').catch(() => undefined);
    const spoken = navigator.languages.map((tag) => tag.slice(0, 2));
    const language = [chosen, saved?.value, ...spoken].find((item) => LANGUAGES.includes(item)) ?? 'id';
    const found = await caches.match(`/?lang=${language}`, { cacheName: CACHE });
    return found ?? fetch(request);
  }

  /**
   * Serve a release's file from the cache; files not fetched in advance (the map) are cached when first used.
   * @param {Request} request
   */
  async function file(request) {
    const cache = await caches.open(CACHE);
    const found = await cache.match(request.url);
    if (found) return found;
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  }

  /** @param {FetchEvent} event @param {string} path */
  async function answerCached(event, path) {
    const cache = await caches.open(CACHE);
    const found = await cache.match(path);
    const fresh = fetch(event.request).then(async (answer) => {
      if (answer.ok) await cache.put(path, answer.clone());
      return answer;
    });
    if (!found) return fresh;
    event.waitUntil(fresh.catch(() => undefined));
    return found;
  }

  /** Store photos shared from another app for the next report. @param {Request} request */
  async function takeShared(request) {
    const form = await request.formData();
    const photos = /** @type {File[]} */ (form.getAll('photos').filter((item) => item instanceof File));
    for (const photo of photos) {
      await siaga.database.put('photos', {
        id: siaga.uuid(),
        owner: 'shared',
        report_id: null,
        blob: photo,
        type: photo.type,
        made_at: new Date().toISOString(),
        offset: null,
        upload_url: null,
        state: 'waiting',
      });
    }
    return Response.redirect('/lapor', 303);
  }

  worker.addEventListener('sync', (any) => {
    const event = /** @type {SyncEvent} */ (any);
    if (event.tag === 'siaga-outbox') event.waitUntil(send());
  });

  /** Send waiting reports; Background Sync retries when this fails. */
  async function send() {
    const left = await siaga.outbox.flush({ hurry: true });
    const photos = await siaga.flushPhotos?.({ hurry: true });
    if (left || photos) throw new Error(`${left} reports, ${photos} photos wait`);
  }
})();
