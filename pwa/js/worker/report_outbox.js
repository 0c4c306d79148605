// @ts-check
/**
 * Stores reports on the phone first and sends them afterwards, from the page or the service worker.
 *
 * It has no import or export, like shared.js (page: module, worker: importScripts). A Web Lock prevents two senders at
 * once; the idempotency key is made with the draft, so that repeated sends are one report.
 */
(() => {
  const { database, request, uuid, broadcast } = globalThis.siaga;
  /** Bytes of every report's body, so that its length reveals nothing. */
  const BUCKET = 16384;
  const MOST_WAIT_S = 60;
  /** Bytes of a ciphertext block on disk, where a row is its key and whole blocks: all kinds look alike. */
  const BLOCK = 20480;
  /** Rows of a phone that cannot store: they last as long as the page. @type {Map<string, SiagaOutboxRow>} */
  const held = new Map();

  /** Build a report's body, padded to whole buckets. @param {object} report */
  function frame(report) {
    const bare = JSON.stringify({ ...report, pad: '' });
    const bytes = new TextEncoder().encode(bare).length;
    const fill = 'x'.repeat(Math.ceil(bytes / BUCKET) * BUCKET - bytes);
    return bare.replace(/""}$/, `"${fill}"}`);
  }

  /** @type {Promise<CryptoKey> | null} */
  let locking = null;

  /** Return this phone's key for waiting rows: created once, not extractable. */
  function lock() {
    locking ??= (async () => {
      const value = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      const row = await database.transact(['settings'], 'readwrite', (t) => {
        const settings = t.objectStore('settings');
        const found = settings.get('lock');
        found.onsuccess = () => found.result ?? settings.put({ key: 'lock', value });
        return found;
      });
      return row?.value ?? value;
    })();
    locking.catch(() => (locking = null));
    return locking;
  }

  /** Encrypt a row for the disk. Without WebCrypto a silent row is never stored. @param {SiagaOutboxRow} row */
  async function shut(row) {
    if (!crypto.subtle && !row.silent) return row;
    const bytes = new TextEncoder().encode(JSON.stringify(row));
    const block = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK).fill(32);
    block.set(bytes);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { key: row.key, iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await lock(), block) };
  }

  /**
   * Decrypt a row from the disk; null when this phone's key is lost.
   * @param {any} row
   * @returns {Promise<SiagaOutboxRow | null>}
   */
  async function unlocked({ iv, sealed, ...row }) {
    if (!sealed) return row;
    try {
      const bytes = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await lock(), sealed);
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return null;
    }
  }

  /**
   * Store a report until the server has it.
   * @param {object} report body of POST /api/v1/reports
   * @param {{key: string, kind: string, location?: SiagaLocation | null, silent?: true}} about
   *   silent: shown nowhere on this phone and deleted when sent
   * @returns {Promise<boolean>} whether it is on this phone's disk; a draft already added is not
   *   added again
   */
  async function add(report, { key, kind, location = null, silent }) {
    /** @type {SiagaOutboxRow} */
    const row = {
      key,
      draft_id: key,
      kind,
      location,
      silent,
      body: frame(report),
      made_at: new Date().toISOString(),
      tries: 0,
      next_at: 0,
      state: 'waiting',
      cut: 0,
    };
    const rows = [...(await everything()), ...(await database.all('reports').catch(() => []))];
    const before = rows.find((item) => item.draft_id === key);
    if (before) {
      if (!held.has(before.key)) await database.remove('drafts', key).catch(() => undefined);
      return !held.has(before.key);
    }
    try {
      const kept = await shut(row);
      await database.transact(['outbox', 'drafts'], 'readwrite', (t) => {
        t.objectStore('outbox').put(kept);
        t.objectStore('drafts').delete(key);
      });
    } catch {
      held.set(key, row);
      return false;
    }
    void wake();
    return true;
  }

  /** Register Background Sync, which sends with the page closed. */
  async function wake() {
    try {
      const registration = await navigator.serviceWorker?.ready;
      await /** @type {any} */ (registration)?.sync?.register('siaga-outbox');
    } catch {
      // no Background Sync here: `online`, becoming visible and the next start send it
    }
  }

  /** Return every row, for the senders. */
  async function everything() {
    const stored = await Promise.all((await database.all('outbox').catch(() => [])).map(unlocked));
    return /** @type {SiagaOutboxRow[]} */ ([...stored.filter(Boolean), ...held.values()]);
  }

  /** Return the rows that a screen may show. */
  const all = async () => (await everything()).filter((row) => !row.silent);

  const waiting = async () => (await all()).filter((row) => row.state === 'waiting');

  /** Return when the next row is due, in milliseconds since 1970; null when none waits. */
  async function due() {
    const times = (await everything()).filter((row) => row.state === 'waiting').map((row) => row.next_at);
    return times.length ? Math.min(...times) : null;
  }

  /**
   * Send the waiting rows.
   * @param {{hurry?: boolean}} [how] hurry: ignore the pause after a failure
   * @returns {Promise<number>} how many still wait
   */
  async function flush({ hurry = false } = {}) {
    const run = async () => {
      let left = 0;
      for (const row of await everything()) {
        if (row.state !== 'waiting') continue;
        if (!hurry && row.next_at > Date.now()) left += 1;
        else if (!(await deliver(row))) left += 1;
      }
      return left;
    };
    return navigator.locks ? navigator.locks.request('siaga-outbox', run) : run();
  }

  /** @param {SiagaOutboxRow} row @returns {Promise<boolean>} whether the row is finished */
  async function deliver(row) {
    const answer = await request('/api/v1/reports', {
      method: 'POST',
      body: row.body,
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': row.key },
      timeout_ms: 20000,
    });
    if (answer.ok && answer.body?.track_token) {
      await stored(row, answer.body);
      return true;
    }
    if (answer.body?.code === 'idempotency_key_reused') return refuse(row); // a new key would make it two
    if ([400, 413, 422].includes(answer.status)) return cut(row);
    row.tries += 1;
    const wait_s = Math.min(MOST_WAIT_S, answer.retry_after_s ?? 2 ** row.tries);
    row.next_at = Date.now() + wait_s * 1000 * (0.5 + Math.random() / 2);
    await keep(row);
    broadcast({ what: 'waiting', key: row.draft_id });
    return false;
  }

  /** @param {SiagaOutboxRow} row @param {any} body the server's answer */
  async function stored(row, body) {
    /** @type {SiagaReport} */
    const report = {
      id: body.id,
      token: body.track_token,
      number: body.number,
      kind: row.kind,
      made_at: row.made_at,
      sent_at: body.received_at,
      track_url: body.track_url,
      key: row.key,
      draft_id: row.draft_id,
    };
    held.delete(row.key);
    await database
      .transact(['outbox', 'reports', 'photos'], 'readwrite', (t) => {
        t.objectStore('outbox').delete(row.key);
        if (row.silent) return;
        t.objectStore('reports').put(report);
        const photos = t.objectStore('photos');
        const all = photos.getAll();
        all.onsuccess = () => {
          for (const photo of all.result) {
            if (photo.owner === row.draft_id) photos.put({ ...photo, report_id: report.id });
          }
        };
      })
      .catch(() => undefined);
    broadcast({ what: 'sent', key: row.draft_id, report });
  }

  /** @param {SiagaOutboxRow} row */
  async function refuse(row) {
    row.state = 'refused';
    await keep(row);
    broadcast({ what: 'refused', key: row.draft_id });
    return true;
  }

  /**
   * Shorten a report that the server could not read (an older app, a newer server) and send it under a new key.
   * A silent report keeps its kind, since only cleared staff may read it.
   * @param {SiagaOutboxRow} row
   */
  async function cut(row) {
    const { kind, location, description, contact, locale, block, receipt } = JSON.parse(row.body);
    const smaller = (
      row.silent
        ? [{ kind, block, receipt, locale }, { kind, block }, { kind }]
        : [
            { kind, location, description, locale },
            { kind, description },
            { kind: 'other', contact },
          ]
    )[row.cut];
    const before = row.key;
    held.delete(before);
    if (!smaller) return refuse(row);
    Object.assign(row, { key: uuid(), body: frame(smaller), cut: row.cut + 1, next_at: 0 });
    await keep(row, before);
    return deliver(row);
  }

  /** @param {SiagaOutboxRow} row @param {string} [before] its previous key */
  async function keep(row, before = row.key) {
    try {
      const kept = await shut(row);
      await database.transact(['outbox'], 'readwrite', (t) => {
        const rows = t.objectStore('outbox');
        if (before !== row.key) rows.delete(before);
        rows.put(kept);
      });
    } catch {
      held.set(row.key, row);
    }
  }

  globalThis.siaga.outbox = { add, flush, all, waiting, due, frame };
})();
