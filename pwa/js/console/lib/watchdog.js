// @ts-check
/** Polls on every page whether the worker is alive, how late it is, and whether the session ends soon. */
import { ask, setToken } from './request.js';
import { hearNow } from './server_clock.js';

const EVERY_MS = 4000;
/** The watchdog bar rings like a red row, at once and then this often, on pages with a mute button. */
const RING_MS = 15000;
let rangAt = 0;

const bar = /** @type {HTMLElement} */ (document.getElementById('watchdog'));
const drill = /** @type {HTMLElement} */ (document.getElementById('drill-bar'));
const ending = /** @type {HTMLElement} */ (document.getElementById('ending'));
const words = /** @type {HTMLElement} */ (ending.querySelector('p'));
const stay = /** @type {HTMLButtonElement} */ (document.getElementById('stay'));
const again = /** @type {HTMLElement} */ (document.getElementById('again'));

async function look() {
  const requestedAt = Date.now();
  const answer = await ask('/console/api/watch');
  if (!answer.ok) return; // a failed request says nothing about the worker; a lost connection is shown elsewhere
  hearNow(answer.body.now, requestedAt);
  show(bar, String(answer.body.words));
  show(drill, String(answer.body.drill));
  if (!answer.body.rings) rangAt = 0;
  else if (Date.now() - rangAt >= RING_MS) {
    rangAt = Date.now();
    document.dispatchEvent(new CustomEvent('siaga:alarm'));
  }
  if (answer.body.who === ending.dataset.who) setToken(answer.body.csrf); // signed in again in another tab
  raiseAlarm(answer.body.ending);
}

/** @param {HTMLElement} place @param {string} alarmWords */
function show(place, alarmWords) {
  if (place.textContent !== alarmWords) place.textContent = alarmWords;
  place.hidden = !alarmWords;
}

/** @param {{ limit: string, words: string }} near */
function raiseAlarm({ limit, words: alarmWords }) {
  ending.dataset.limit = limit;
  stay.hidden = limit !== 'idle';
  again.hidden = limit !== 'absolute';
  if (words.textContent !== alarmWords) words.textContent = alarmWords;
}

stay.addEventListener('click', async () => {
  stay.disabled = true;
  await ask('/console/api/tetap', { method: 'POST' });
  stay.disabled = false;
  await look();
});
setInterval(() => void look(), EVERY_MS);
