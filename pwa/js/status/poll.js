// @ts-check
/**
 * Follows one report: asks the server again and again, sooner while much happens, later while little does,
 * not at all while nobody looks; at once when a push arrives, the page is looked at, or the network is back.
 */
import { listen, request } from '../lib/request.js';
import { reports } from '../lib/store.js';

const SOONEST_MS = 2000;
const LATEST_MS = 30000;
const CLOSED_MS = 60000;
const LOST_MS = 60000;
/** The pause is at least so many times what an answer took: a slow network is asked less. */
const BREATH = 5;
const STORE_MS = 500;
/** A first look that was asked longer ago tells too little. */
const AHEAD_MS = 5000;

/**
 * An answer and what it took, on the clock of `performance.now()`.
 * @typedef {{answer: SiagaAnswer, began: number, came: number}} Look
 */

/**
 * @typedef {object} Known
 * @property {SiagaStatus | null} status the server's last answer, perhaps from the phone's own store
 * @property {string | null} at when this phone got it (ISO 8601)
 * @property {'asking' | 'fresh' | 'away' | 'gone'} state away: no answer came; gone: the server knows no such report
 * @property {number} skew_ms what to add to this phone's clock to get the server's
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
 * A report that was just sent is asked about in the same moment, whatever kind it is and whichever screen will follow
 * it: how long that screen needs to be drawn must not be heard on the wire.
 */
listen((news) => {
  if (news.what === 'sent' && !document.hidden) {
    ahead = { id: news.report.id, at: performance.now(), looked: look(news.report) };
  }
});

/** The look that was asked when it was sent, once. @param {string} id */
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
    // counted from a moment that what this screen draws does not move
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

  /** What is shown is on the phone before it is shown; a store that does not answer keeps nobody waiting. */
  async function remember() {
    const { status, at } = known;
    if (!status || !at) return;
    const patience = new Promise((go) => setTimeout(go, STORE_MS));
    // a phone that cannot store goes on without
    await Promise.race([reports.amend(id, { last: { at, status } }).catch(() => undefined), patience]);
  }

  /**
   * @param {number} took milliseconds the last answer needed
   * @param {number | null} retryAfterS seconds a busy server asked for
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
 * When the kind's seconds to open are over, in milliseconds of this phone's clock; null when somebody has opened.
 * @param {Known} known
 */
export function alarmAt({ status, skew_ms }) {
  if (!status || status.state !== 'received') return null;
  if (status.unopened_alarm) return 0;
  return Date.parse(status.received_at) + status.open_within_s * 1000 - skew_ms;
}
