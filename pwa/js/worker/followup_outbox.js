// @ts-check
/**
 * Sends signals and messages for a sent report: stored on the phone first, sent when the network allows.
 *
 * A classic script like shared.js, so that the service worker also sends with the page closed.
 */
(() => {
  const { database, request, broadcast, uuid } = globalThis.siaga;
  /** How often an open page checks whether a pause is over. */
  const REST_MS = 3000;
  const TAG = 'siaga-followups';
  /**
   * The endpoint of each kind of follow-up, and its request body.
   * @type {Record<SiagaFollowup['what'], [string, (content: string) => object]>}
   */
  const ENDPOINTS = {
    signal: ['signals', (signal) => ({ signal })],
    message: ['messages', (text) => ({ text })],
    same: ['same', (incident) => ({ incident })],
    answer: ['answers', (content) => ({ ask: content.slice(0, 36), answer: content.slice(37) })],
    no_voice: ['needs', (content) => ({ no_voice: content === 'yes' })],
    stop_sharing: ['sharing-stops', (ask) => ({ ask })],
    still: ['still', (content) => ({ question: content.slice(0, 36), answer: content.slice(37) })],
  };
  /** Return whether a status means "try again later". */
  const isTemporary = (/** @type {number} */ status) =>
    status === 0 || status === 408 || status === 429 || status >= 500;

  /**
   * Store a follow-up and begin to send it. It is on disk when the promise resolves.
   * @param {string} report_id
   * @param {SiagaFollowup['what']} what
   * @param {string} content
   * @returns {Promise<SiagaFollowup>}
   */
  async function follow(report_id, what, content) {
    /** @type {SiagaFollowup} */
    const row = {
      id: uuid(),
      report_id,
      what,
      content,
      made_at: new Date().toISOString(),
      tries: 0,
      next_at: 0,
      state: 'waiting',
    };
    await database.put('followups', row);
    void flush();
    void wake();
    return row;
  }

  /**
   * Send every waiting row in its order of creation; one sender at a time on this phone.
   * @param {{hurry?: boolean}} [how] hurry: ignore the pause after a failure
   * @returns {Promise<number>} how many still wait
   */
  const flush = ({ hurry = false } = {}) => alone(() => run(hurry)).then(again);

  /** @param {boolean} hurry */
  async function run(hurry) {
    /** @type {SiagaFollowup[]} */
    const rows = (await database.all('followups').catch(() => [])).filter((row) => row.state === 'waiting');
    rows.sort((a, b) => a.made_at.localeCompare(b.made_at));
    for (const row of rows) {
      if (hurry || row.next_at <= Date.now()) await send(row);
    }
    return rows.filter((row) => row.state === 'waiting').length;
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** Schedule the next attempt of an open page; the browser wakes the worker. @param {number} left */
  function again(left) {
    clearTimeout(timer);
    if (left && 'document' in globalThis) timer = setTimeout(() => void flush(), REST_MS);
    return left;
  }

  /** Orders the sends of this page where Web Locks are missing (no secure context). @type {Promise<number>} */
  let queue = Promise.resolve(0);

  /** @param {() => Promise<number>} work @returns {Promise<number>} */
  function alone(work) {
    if (navigator.locks) return navigator.locks.request('siaga-followups', work);
    queue = queue.then(work, work);
    return queue;
  }

  /** @param {SiagaFollowup} row */
  async function send(row) {
    const report = await database.get('reports', row.report_id);
    const [path, bodyOf] = ENDPOINTS[row.what];
    const answer = await request(`/api/v1/reports/${row.report_id}/${path}`, {
      method: 'POST',
      token: report?.token,
      json: { id: row.id, ...bodyOf(row.content) },
    });
    if (isTemporary(answer.status)) {
      row.tries += 1;
      row.next_at = Date.now() + 1000 * (answer.retry_after_s ?? Math.min(60, 2 ** row.tries));
    } else {
      row.state = answer.ok ? 'done' : 'refused';
      row.done_at = answer.body?.at ?? new Date().toISOString();
    }
    await database.put('followups', row);
    broadcast({ what: 'followup', report_id: row.report_id, id: row.id, state: row.state });
  }

  /** Register Background Sync, which sends with the page closed (Chromium only). */
  async function wake() {
    try {
      const registration = await navigator.serviceWorker.getRegistration();
      await /** @type {any} */ (registration)?.sync?.register(TAG);
    } catch {
      // unsupported or not allowed: `online`, becoming visible and the next start send it
    }
  }

  if ('registration' in globalThis) {
    addEventListener('sync', (/** @type {any} */ event) => {
      if (event.tag === TAG)
        event.waitUntil(flush({ hurry: true }).then((left) => left && Promise.reject(new Error(TAG))));
    });
  }

  Object.assign(globalThis.siaga, { follow, flushFollowups: flush });
})();
