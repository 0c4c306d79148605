// @ts-check
/**
 * Polls one report: often while much changes, rarely while little does, never while the page is hidden, and at once
 * when a push arrives, the page becomes visible, or the network is back.
 */
import { listen, request } from '../lib/request.js';
import { reports } from '../lib/store.js';

const SOONEST_MS = 2000;
const LATEST_MS = 30000;
const CLOSED_MS = 60000;
const LOST_MS = 60000;
/** The pause is at least this multiple of the response time, so that a slow network is polled less. */
const BREATH = 5;
const STORE_MS = 500;
/** A first response requested longer ago than this is too old to use. */
const AHEAD_MS = 5000;

/**
 * A response with its start and end times by `performance.now()`.
 * @typedef {{answer: SiagaAnswer, began: number, came: number}} Look
 */

/**
 * @typedef {object} Known
 * @property {SiagaStatus | null} status the server's last answer, perhaps from the phone's own store
 * @property {string | null} at when this phone received it (ISO 8601)
 * @property {'asking' | 'fresh' | 'away' | 'gone'} state away: no response; gone: unknown to the server
 * @property {number} skew_ms server time minus this phone's time
 */

/** @param {{id: string, token: string}} report @returns {Promise<Look>} */
async function look({ id, token }) {
  const began = performance.now();
  const answer = await request(`/api/v1/reports/${id}`, { token });
  return { answer, began, came: performance.now() };
}

/** @type {{id: string, at: number, looked: Promise<Look>} | null} */
let ahead = null;

/**
 * Request the status of a report in the moment it is sent, for every kind and whichever screen follows, so that the
 * time to draw that screen cannot be measured on the network.
 */
listen((news) => {
  if (news.what === 'sent' && !document.hidden) {
    ahead = { id: news.report.id, at: performance.now(), looked: look(news.report) };
  }
});

/** Return the response requested at sending, once. @param {string} id */
function taken(id) {
  const found = ahead;
  if (found?.id !== id) return null;
  ahead = null;
  return performance.now() - found.at < AHEAD_MS ? found.looked : null;
}

/**
 * @param {{id: string, token: string}} report
 * @param {(known: Known) => void} changed called after every answer and every failure
 * @returns {() => void} stop
 */
export function track({ id, token }, changed) {
  /** @type {Known} */
  const known = { status: null, at: null, state: 'asking', skew_ms: 0 };
  let failures = 0;
  let asking = false;
  let again = false;
  let stopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function remembered() {
    const last = (await reports.get(id).catch(() => undefined))?.last;
    if (last && !known.status) Object.assign(known, { status: last.status, at: last.at });
    if (!stopped && known.status) changed(known);
  }

  async function ask() {
    clearTimeout(timer);
    if (stopped || document.hidden) return;
    if (asking) return void (again = true);
    asking = true;
    const first = taken(id);
    const { answer, began, came } = await (first ?? look({ id, token }));
    take(answer, came);
    if (known.state === 'fresh') await remember();
    asking = false;
    if (stopped) return;
    changed(known);
    if (known.state === 'gone') return;
    // measured from a moment that is independent of this screen's drawing
    const [from, took] = first ? [began, 0] : [came, came - began];
    const rest = from + pause(took, answer.retry_after_s) - performance.now();
    timer = setTimeout(ask, again ? 0 : Math.max(0, rest));
    again = false;
  }

  /** @param {SiagaAnswer} answer @param {number} came */
  function take(answer, came) {
    if (answer.ok && answer.body) {
      failures = 0;
      const served = Date.parse(answer.headers.get('Date') ?? '');
      if (served) known.skew_ms = served - Date.now() + performance.now() - came;
      Object.assign(known, { status: answer.body, at: new Date().toISOString(), state: 'fresh' });
    } else if ([401, 403, 404, 410].includes(answer.status)) {
      known.state = 'gone';
    } else {
      failures += 1;
      known.state = 'away';
    }
  }

  /** Store the status before showing it; a store that does not respond delays nothing. */
  async function remember() {
    const { status, at } = known;
    if (!status || !at) return;
    const patience = new Promise((go) => setTimeout(go, STORE_MS));
    // a phone that cannot store continues without
    await Promise.race([reports.amend(id, { last: { at, status } }).catch(() => undefined), patience]);
  }

  /**
   * @param {number} took milliseconds of the last response
   * @param {number | null} retryAfterS seconds that a busy server requested
   */
  function pause(took, retryAfterS) {
    if (retryAfterS) return retryAfterS * 1000;
    if (failures) return Math.min(LOST_MS, SOONEST_MS * 2 ** failures) * (0.75 + Math.random() / 2);
    const { status, skew_ms } = known;
    const last = Math.max(0, ...(status?.ladder ?? []).map((rung) => Date.parse(rung.at)));
    const quiet = Date.now() + skew_ms - last;
    const wanted = status?.state === 'closed' ? CLOSED_MS : Math.min(LATEST_MS, Math.max(SOONEST_MS, quiet / 10));
    return Math.max(wanted, took * BREATH);
  }

  const now = () => void ask();
  const lost = () => {
    known.state = 'away';
    changed(known);
  };
  const deaf = listen((news) => {
    if (news.what === 'push' || (news.what === 'followup' && news.report_id === id)) now();
  });
  addEventListener('online', now);
  addEventListener('offline', lost);
  document.addEventListener('visibilitychange', now);
  void remembered().then(ask);

  return () => {
    stopped = true;
    clearTimeout(timer);
    deaf();
    removeEventListener('online', now);
    removeEventListener('offline', lost);
    document.removeEventListener('visibilitychange', now);
  };
}

/**
 * Return when the kind's seconds to open end, in milliseconds of this phone's clock; null once it is opened.
 * @param {Known} known
 */
export function alarmAt({ status, skew_ms }) {
  if (!status || status.state !== 'received') return null;
  if (status.unopened_alarm) return 0;
  return Date.parse(status.received_at) + status.open_within_s * 1000 - skew_ms;
}
