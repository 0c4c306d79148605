// @ts-check
/**
 * The supervisor's room stays fresh by itself: its regions are exchanged when something happened, and twice a
 * minute.
 */
import { runClocks } from '../lib/timers.js';
import { refresh } from '../lib/live_regions.js';
import { follow } from '../lib/stream.js';

const EVERY_MS = 30000;
const LEAST_MS = 1500;
const figures = /** @type {HTMLElement} */ (document.getElementById('live-figures'));
let waiting = false;
/** Something happened since the page was last asked for. */
let more = false;

/** However much happens at once, the page is fetched once in a while; what happens meanwhile is not forgotten. */
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
