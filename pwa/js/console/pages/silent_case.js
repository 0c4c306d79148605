// @ts-check
/** A case's page: it says when the case moved on, and is read anew by hand: every reading is written down. */
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
