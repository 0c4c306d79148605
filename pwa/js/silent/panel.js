// @ts-check
/**
 * Shows the silent flow in a panel over home, one step at a time, without address, history or title.
 * *Keluar cepat* is above every step; leaving blanks the page at once and replaces it, so that going back never
 * restores it.
 */
import { fill, h, icon } from '../lib/dom.js';
import { t } from '../lib/i18n.js';

/** Page shown after leaving: neutral and available without network. */
export const NEUTRAL = '/pasang';
/** Time after which the blank page is painted, also in a background tab. */
const PAINTED_MS = 50;
const MOST_HELD_MS = 3000;
const SHIFTS = 3;
const WITHIN_MS = 5000;

/** @typedef {import('../lib/dom.js').Child | import('../lib/dom.js').Child[]} Part */

/**
 * @type {{root: HTMLElement, step: HTMLElement, voice: HTMLElement, others: Element[], ends: (() => void)[],
 *   first: (draft?: import('./report.js').SilentDraft) => void} | null}
 */
let panel = null;
/** @type {Promise<void> | null} */
let held = null;
/** @type {number[]} */
let shifts = [];

/** Open the panel with its first step. @param {(draft?: import('./report.js').SilentDraft) => void} first */
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
 * Draw a step in place of the last one. For its first 0.6 s it ignores taps (silent.css), since a trembling second tap
 * does not answer a step that was not read yet.
 * @param {...Part} parts
 */
export function show(...parts) {
  for (const end of panel?.ends.splice(0) ?? []) end();
  turn(...parts);
}

/** Redraw the current step and keep its cleanup. @param {...Part} parts */
export function turn(...parts) {
  if (!panel) return;
  fill(panel.step, ...parts);
  scrollTo(0, 0);
  panel.step.focus({ preventScroll: true });
  moved();
}

/** Announce to screen readers only that something changed, since others may hear it. */
export function moved() {
  const voice = panel?.voice;
  if (!voice) return;
  voice.textContent = '';
  setTimeout(() => (voice.textContent = t('silent.changed')), 100);
}

/** Draw the first step again, with the answers given so far. @param {import('./report.js').SilentDraft} [draft] */
export const toStart = (draft) => panel?.first(draft);

/** Return whether this part is still on the screen. @param {Element} part */
export const stands = (part) => !!panel && part.isConnected;

/** Register cleanup for when the current step is left in any way. @param {() => void} end */
export function atEnd(end) {
  if (panel) panel.ends.push(end);
  else end();
}

/** Close the panel, show home and keep nothing. */
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
 * Leave at once (*Keluar cepat*): blank the page, then replace it. The blank page must be painted first, since a
 * browser shows the old page until the new one is drawn.
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
 * Keep the blank page alive until `work` is done, so that leaving does not lose a call for help being stored.
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
