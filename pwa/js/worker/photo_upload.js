// @ts-check
/**
 * Uploads photos after their report, piece by piece, and resumes after a dropped connection.
 *
 * A classic script like shared.js, so that the service worker can continue with the page closed.
 */
(() => {
  const { database, request, broadcast } = globalThis.siaga;
  const SMALLEST = 64 * 1024;
  const LARGEST = 256 * 1024;
  /** A piece faster than this doubles the next one's size: about a second each shows progress and loses little. */
  const QUICK_MS = 800;
  const SLOW_MS = 4000;
  /** How often one photo's offset may differ from the server's before it is given up. */
  const MOST_LOST = 5;
  /** How often an open page checks whether a pause is over. */
  const REST_MS = 3000;
  const TAG = 'siaga-photos';
  let piece = SMALLEST;

  /** Orders the sends of this page where Web Locks are missing (no secure context). @type {Promise<number>} */
  let queue = Promise.resolve(0);

  /** @param {() => Promise<number>} work @returns {Promise<number>} */
  function alone(work) {
    if (navigator.locks) return navigator.locks.request('siaga-photos', work);
    queue = queue.then(work, work);
    return queue;
  }

  /**
   * Send every photo whose report has been sent, oldest first; one sender at a time on this phone.
   * @param {{hurry?: boolean}} [how] hurry: ignore the pause after a failure
   * @returns {Promise<number>} number of photos still waiting
   */
  const flush = ({ hurry = false } = {}) => alone(() => run(hurry)).then(again);

  /** @param {boolean} hurry */
  async function run(hurry) {
    const ready = await due();
    for (const { photo, report } of ready) {
      if (!hurry && (photo.next_at ?? 0) > Date.now()) continue;
      if (!(await send(photo, report))) break; // no network: the next photo would fail too
    }
    return ready.filter(({ photo }) => photo.state === 'waiting').length;
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** Schedule the next attempt of an open page; the browser wakes the worker. @param {number} left */
  function again(left) {
    clearTimeout(timer);
    if (left && 'document' in globalThis) timer = setTimeout(() => void flush(), REST_MS);
    return left;
  }

  /** Return the waiting photos whose report has been sent. */
  async function due() {
    /** @type {SiagaReport[]} */
    const reports = await database.all('reports').catch(() => []);
    /** @type {SiagaPhoto[]} */
    const photos = await database.all('photos').catch(() => []);
    photos.sort((a, b) => a.made_at.localeCompare(b.made_at));
    return photos
      .filter((photo) => photo.state === 'waiting')
      .flatMap((photo) => {
        const report = reports.find((row) => row.id === photo.report_id || row.draft_id === photo.owner);
        return report ? [{ photo, report }] : [];
      });
  }

  /**
   * @param {SiagaPhoto} photo
   * @param {SiagaReport} report
   * @returns {Promise<boolean>} false: no network, the next photo would fail too
   */
  async function send(photo, report) {
    photo.report_id = report.id;
    let answer = await where(photo, report);
    let lost = 0;
    while (answer.ok && (photo.offset ?? 0) < photo.blob.size) {
      await note(photo);
      answer = await sendPiece(photo, report);
      if (answer.status === 409 && (lost += 1) <= MOST_LOST) answer = await where(photo, report);
    }
    if (answer.ok) return finish(photo, 'done');
    if ([0, 408, 429, 507].includes(answer.status) || answer.status >= 500) {
      photo.tries = (photo.tries ?? 0) + 1;
      photo.next_at = Date.now() + 1000 * (answer.retry_after_s ?? Math.min(120, 2 ** photo.tries));
      await note(photo);
      void wake();
      return false;
    }
    photo.refused = answer.status;
    return finish(photo, 'refused');
  }

  /** Fetch (or announce) the upload's offset. @param {SiagaPhoto} photo @param {SiagaReport} report */
  async function where(photo, report) {
    if (photo.upload_url) {
      const known = await request(photo.upload_url, { method: 'HEAD', token: report.token });
      if (known.ok) photo.offset = Number(known.headers.get('Upload-Offset'));
      if (known.status !== 404 && known.status !== 410) return known;
    }
    const made = await request(`/api/v1/reports/${report.id}/media`, {
      method: 'POST',
      token: report.token,
      json: { id: photo.id, bytes: photo.blob.size, type: photo.type, sha256: await digest(photo.blob) },
    });
    if (made.ok) Object.assign(photo, { upload_url: made.body.upload_url, offset: made.body.offset });
    return made;
  }

  /** @param {SiagaPhoto} photo @param {SiagaReport} report */
  async function sendPiece(photo, report) {
    const offset = photo.offset ?? 0;
    const began = performance.now();
    const answer = await request(photo.upload_url ?? '', {
      method: 'PATCH',
      token: report.token,
      headers: { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
      body: photo.blob.slice(offset, offset + piece),
      timeout_ms: 60000,
    });
    const took = performance.now() - began;
    if (answer.ok) photo.offset = Number(answer.headers.get('Upload-Offset') ?? offset + piece);
    if (!answer.ok || took > SLOW_MS) piece = SMALLEST;
    else if (took < QUICK_MS) piece = Math.min(LARGEST, piece * 2);
    return answer;
  }

  /** @param {SiagaPhoto} photo @param {'done' | 'refused'} state */
  async function finish(photo, state) {
    photo.state = state;
    photo.bytes = photo.blob.size;
    if (state === 'done') photo.blob = new Blob();
    await note(photo);
    return true;
  }

  /** @param {SiagaPhoto} photo */
  async function note(photo) {
    if (!(await database.get('photos', photo.id))) return; // removed meanwhile
    await database.put('photos', photo);
    broadcast({
      what: 'photo',
      id: photo.id,
      owner: photo.owner,
      report_id: photo.report_id,
      offset: photo.offset,
      state: photo.state,
    });
  }

  /** Return the SHA-256 in hexadecimal; null where the page is not a secure context. @param {Blob} blob */
  async function digest(blob) {
    if (!crypto.subtle) return null;
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** Register Background Sync, which continues with the page closed (Chromium only). */
  async function wake() {
    try {
      const registration = await navigator.serviceWorker.getRegistration();
      await /** @type {any} */ (registration)?.sync?.register(TAG);
    } catch {
      // unsupported, not allowed or inside the worker: the page continues when it can
    }
  }

  if ('registration' in globalThis) {
    addEventListener('sync', (/** @type {any} */ event) => {
      if (event.tag === TAG) event.waitUntil(woken());
    });
  }

  /** Send in the worker: the report first, then its photos. A failure makes the browser try again. */
  async function woken() {
    const reports = await globalThis.siaga.outbox.flush({ hurry: true });
    if (reports + (await flush({ hurry: true }))) throw new Error(TAG);
  }

  Object.assign(globalThis.siaga, { flushPhotos: flush, wakePhotos: wake });
})();
