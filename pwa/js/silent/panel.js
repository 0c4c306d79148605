// @ts-check
/**
 * The panel over home, one step at a time: no address, no history, no title. *Keluar cepat* stands above every step;
 * leaving blanks the page at once and replaces it, so that going back never brings it again.
 */
import { fill, h, icon } from '../lib/dom.js';
import { t } from '../lib/i18n.js';

/** Where leaving leads: a page of ours that anybody may have open and that needs no network. */
export const NEUTRAL = '/pasang';
/** By then a blank page is painted, also where nothing draws (another tab in front). */
const PAINTED_MS = 50;
const MOST_HELD_MS = 3000;
const SHIFTS = 3;
const WITHIN_MS = 5000;

/** @typedef {import('../lib/dom.js').Child | import('../lib/dom.js').Child[]} Part */

/**
 * @type {{root: HTMLElement, step: HTMLElement, voice: HTMLElement, others: Element[], ends: (() => void)[],
 *   first: (told?: import('./report.js').SilentDraft) => void} | null}
 */
let panel = null;
/** @type {Promise<void> | null} */
let held = null;
/** @type {number[]} */
let shifts = [];

/** Open the panel with its first step. @param {(told?: import('./report.js').SilentDraft) => void} first */
export function openPanel(first) {
  if (panel) return;
  const step = h('div', { class: 'screen', role: 'main', tabindex: '-1' });
  const voice = h('p', { class: 'visually-hidden', role: 'status' });
  const root = h(
    'div',
    { id: 'hush', class: 'hush' },
    h('button', { type: 'button', class: 'leave', onclick: leave }, icon('close'), t('silent.leave')),
    step,
    voice,
  );
  const others = [...document.body.children].filter(
    (child) => !(child instanceof SVGElement) && !child.hasAttribute('hidden'),
  );
  for (const other of others) other.setAttribute('hidden', '');
  document.body.append(root);
  panel = { root, step, voice, others, ends: [], first };
  first();
}

/**
 * Draw a step in place of the last one. For its first 0.6 s it takes no tap (silent.css): a trembling second tap is
 * not an answer to what was not read yet.
 * @param {...Part} parts
 */
export function show(...parts) {
  for (const end of panel?.ends.splice(0) ?? []) end();
  turn(...parts);
}

/** Draw the present step anew: what was to be done at its end still is. @param {...Part} parts */
export function turn(...parts) {
  if (!panel) return;
  fill(panel.step, ...parts);
  scrollTo(0, 0);
  panel.step.focus({ preventScroll: true });
  moved();
}

/** Say to a screen reader that something changed, and no more: others may hear it. */
export function moved() {
  const voice = panel?.voice;
  if (!voice) return;
  voice.textContent = '';
  setTimeout(() => (voice.textContent = t('silent.changed')), 100);
}

/** Draw the first step again, with the answers given so far. @param {import('./report.js').SilentDraft} [draft] */
export const toStart = (draft) => panel?.first(draft);

/** Whether this part still stands on the screen. @param {Element} part */
export const stands = (part) => !!panel && part.isConnected;

/** What to do when the present step is left, however that happens. @param {() => void} end */
export function atEnd(end) {
  if (panel) panel.ends.push(end);
  else end();
}

/** Close the panel: home stands again, nothing of it is kept. */
export function closePanel() {
  if (!panel) return;
  const { root, step, others, ends } = panel;
  panel = null;
  for (const end of ends) end();
  step.replaceChildren();
  root.remove();
  for (const other of others) other.removeAttribute('hidden');
  document.getElementById('quiet')?.removeAttribute('open');
}

/**
 * *Keluar cepat*: blank now, then another page in place of this one. The blank is painted first: a browser shows the
 * last picture of the old page until the new one has its own.
 */
export function leave() {
  document.body.replaceChildren();
  closePanel();
  let going = false;
  const go = () => {
    if (!going) location.replace(NEUTRAL);
    going = true;
  };
  if (held) {
    void held.then(() => setTimeout(go, PAINTED_MS));
    setTimeout(go, MOST_HELD_MS);
  } else {
    requestAnimationFrame(() => setTimeout(go));
    setTimeout(go, PAINTED_MS);
  }
}

/**
 * Let the page live, blank, until this is done: a call for help is not lost by leaving in the same second.
 * @param {Promise<unknown>} work
 */
export function hold(work) {
  const done = work
    .catch(() => undefined)
    .then(() => {
      if (held === done) held = null;
    });
  held = done;
}

/** @param {KeyboardEvent} event */
function pressed({ key, repeat }) {
  if (!panel || repeat) return;
  const now = Date.now();
  shifts = key === 'Shift' ? [...shifts.filter((at) => now - at < WITHIN_MS), now] : [];
  if (shifts.length >= SHIFTS) leave();
}

addEventListener('keydown', pressed, true);
for (const event of ['pagehide', 'popstate']) addEventListener(event, closePanel);
document.addEventListener('siaga:go', closePanel);
