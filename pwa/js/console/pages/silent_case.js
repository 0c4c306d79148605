// @ts-check
/** Shows that a silent case has changed. The operator reloads by hand, since every view is recorded. */
import { ask } from '../lib/request.js';
import { EVERY_MS } from './silent_rows.js';
import { runClocks } from '../lib/timers.js';

const head = /** @type {HTMLElement} */ (document.getElementById('case'));
const moved = /** @type {HTMLElement} */ (document.getElementById('moved'));
const { id, stamp, cases } = head.dataset;

async function look() {
  const answer = await ask(cases ?? '');
  if (!answer.ok) return;
  const row = /** @type {any[]} */ (answer.body.rows).find((item) => item.id === id);
  if (!row || row.stamp !== stamp) moved.hidden = false;
}

setInterval(() => void look(), EVERY_MS);
runClocks();
