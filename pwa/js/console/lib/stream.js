// @ts-check
/**
 * Follows changes by sequence number. The stream only wakes the page; changes are always requested after the last known
 * number, so lost messages, reconnects and plain polling all lead to the same state.
 */
import { ask, isSignedOut } from './request.js';
import { runWhenIdle } from './defer_while_busy.js';

/** Heartbeats arrive every 15 s; after two missing ones the stream counts as dead. */
const SILENCE_MS = 35000;
const POLL_MS = 3000;
const RETRY_MS = [500, 1000, 2000, 5000];
const SLOWEST_RETRY_MS = 10000;
const GOOD_MS = 4000;

/** @typedef {{ seq: number, reset: boolean, incidents: string[], rows?: any[], counts?: any, calls?: string }} News */

/**
 * @param {object} at
 * @param {number} at.seq sequence number at which the page was rendered
 * @param {(news: News) => void | Promise<void>} at.onNews
 * @param {(state: 'live' | 'polling' | 'lost' | 'stale') => void} [at.onState]
 */
export function follow({ seq, onNews, onState = showState }) {
  let known = seq;
  let wanted = seq;
  let busy = false;
  let tries = 0;
  /** @type {EventSource | null} */
  let source = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watch;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again;

  async function catchUp() {
    if (busy) return;
    busy = true;
    /** @type {boolean} */
    let reached;
    do {
      const answer = await ask(`/console/api/changes?after=${known}`);
      reached = answer.ok;
      if (isSignedOut(answer)) return location.reload();
      if (!answer.ok) break;
      if (answer.body.reset) return location.reload();
      if (answer.body.seq !== known || answer.body.incidents.length) await onNews(answer.body);
      known = answer.body.seq;
    } while (wanted > known);
    busy = false;
    if (!source) onState(reached ? 'polling' : 'lost');
  }

  async function open() {
    const answer = await ask('/console/api/ticket', { method: 'POST' });
    if (isSignedOut(answer)) return location.reload();
    if (!answer.ok) return lost();
    const url = new URL(answer.body.live_url, location.href);
    url.searchParams.set('ticket', answer.body.ticket);
    url.searchParams.set('after', String(known));
    const opened = new EventSource(url);
    source = opened;
    for (const name of ['incident', 'pass', 'reset', 'heartbeat']) {
      opened.addEventListener(name, (event) => source === opened && receive(name, JSON.parse(event.data)));
    }
    opened.onerror = () => source === opened && lost();
    alive();
  }

  /** @param {string} name @param {{ seq: number, fresh?: boolean }} data */
  function receive(name, data) {
    alive();
    if (name === 'heartbeat') {
      tries = 0;
      onState(data.fresh === false ? 'stale' : 'live');
    }
    wanted = Math.max(wanted, data.seq);
    if (wanted > known) void catchUp();
  }

  function alive() {
    clearTimeout(watch);
    watch = setTimeout(lost, SILENCE_MS);
  }

  function lost() {
    source?.close();
    source = null;
    clearTimeout(watch);
    clearTimeout(again);
    const pause = RETRY_MS[tries] ?? SLOWEST_RETRY_MS;
    tries += 1;
    again = setTimeout(open, pause * (0.8 + Math.random() * 0.4));
    if (tries > 1) void catchUp();
  }

  setInterval(() => {
    if (!source && !document.hidden) void catchUp();
  }, POLL_MS);
  document.addEventListener('visibilitychange', () => document.hidden || void catchUp());
  addEventListener('online', () => void catchUp());
  void open();
  return { catchUp };
}

let shown = 'live';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let fading;

/** Show whether the data on the screen is current. @param {'live' | 'polling' | 'lost' | 'stale'} state */
function showState(state) {
  const line = document.getElementById('stream');
  if (!line || state === shown) return;
  clearTimeout(fading);
  shown = state;
  runWhenIdle('stream', () => {
    line.textContent = line.dataset[state] ?? '';
    line.classList.toggle('good', state === 'live');
    line.hidden = false;
  });
  if (state === 'live') fading = setTimeout(() => runWhenIdle('stream', () => (line.hidden = true)), GOOD_MS);
}
