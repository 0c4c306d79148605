// @ts-check
/**
 * Refreshes the supervisor's overview after every change and twice a minute.
 */
import { runClocks } from '../lib/timers.js';
import { refresh } from '../lib/live_regions.js';
import { follow } from '../lib/stream.js';

const EVERY_MS = 30000;
const LEAST_MS = 1500;
const figures = /** @type {HTMLElement} */ (document.getElementById('live-figures'));
let waiting = false;
/** Whether something changed since the last fetch. */
let more = false;

/** Fetch the page soon, at a limited rate; changes during the pause cause one more fetch. */
function soon() {
  more = true;
  if (waiting || document.hidden) return;
  waiting = true;
  setTimeout(fetchAnew, LEAST_MS);
}

async function fetchAnew() {
  more = false;
  await refresh();
  waiting = false;
  if (more) soon();
}

follow({
  seq: Number(figures.dataset.seq),
  onNews: ({ incidents }) => {
    if (incidents.length) soon();
  },
});
setInterval(soon, EVERY_MS);
runClocks();
