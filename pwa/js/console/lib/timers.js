// @ts-check
/** Updates the rows' clocks and marks alarms as late when they are due, without a request to the server. */
import { t } from './request.js';
import { serverNow } from './server_clock.js';

const UNITS = /** @type {const} */ ([
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]);

/** Format a duration in its two largest units, as the server does. @param {number} seconds */
export function span(seconds) {
  const whole = Math.max(Math.floor(seconds), 0);
  const place = UNITS.findIndex(([, size]) => whole >= size);
  const unit = UNITS[place];
  if (!unit) return t('second', { n: 0 });
  const [name, size] = unit;
  const parts = [t(name, { n: Math.floor(whole / size) })];
  const next = UNITS[place + 1];
  const rest = next ? Math.floor((whole % size) / next[1]) : 0;
  if (next && rest) parts.push(t(next[0], { n: rest }));
  return parts.join(' ');
}

/** @param {() => void} [onTurn] called when an alarm became late */
export function runClocks(onTurn = () => undefined) {
  const tick = () => {
    const now = serverNow();
    for (const clock of document.querySelectorAll('[data-since]')) {
      const words = span((now - Date.parse(/** @type {HTMLElement} */ (clock).dataset.since ?? '')) / 1000);
      if (clock.textContent !== words) clock.textContent = words;
    }
    let turned = false;
    for (const alarm of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-due]'))) {
      if (Date.parse(alarm.dataset.due ?? '') > now) continue;
      alarm.textContent = alarm.dataset.turns ?? '';
      delete alarm.dataset.due;
      alarm.classList.add('red');
      alarm.closest('.row-item, .incident-head')?.classList.add('is-red');
      turned = true;
    }
    if (turned) onTurn();
  };
  setInterval(tick, 1000);
  tick();
}
