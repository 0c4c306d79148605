// @ts-check
/** The supervisor's room stays fresh by itself: its regions are exchanged when something happened, and twice a minute. */
import { runClocks } from './clocks.js';
import { refresh } from './regions.js';
import { follow } from './stream.js';

const EVERY_MS = 30000;
const LEAST_MS = 1500;
const figures = /** @type {HTMLElement} */ (document.getElementById('live-figures'));
let waiting = false;

/** However much happens at once, the page is fetched once in a while. */
function soon() {
  if (waiting || document.hidden) return;
  waiting = true;
  setTimeout(() => void refresh().finally(() => (waiting = false)), LEAST_MS);
}

follow({
  seq: Number(figures.dataset.seq),
  onNews: ({ incidents }) => {
    if (incidents.length) soon();
  },
});
setInterval(soon, EVERY_MS);
runClocks();
