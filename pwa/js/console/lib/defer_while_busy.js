// @ts-check
/**
 * Defers list changes while the operator points, presses or types in the list, so that no row moves under the pointer.
 * Deferred work runs after `REST_MS` without input, only the newest of each name.
 */

/** How long after the last input the operator counts as busy. */
const REST_MS = 1000;
/** The longest that deferred work waits for a moving pointer. It waits for a press as long as the press lasts. */
const LONGEST_MS = 4000;
/** A touch's click event may follow the end of the touch by this long. */
const CLICK_MS = 400;

let pressed = false;
let presses = 0;
let lastInput = -Infinity;
let since = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Map<string, () => void>} */
const waiting = new Map();

/** Return whether something is pressed: the pressed element must still be there at the release. */
export const isPressed = () => pressed;

/** Return whether the operator is pressing, pointing or typing in the list. */
export const isBusy = () => pressed || performance.now() - lastInput < REST_MS;

/** Run `act` once the operator is idle. @param {string} name @param {() => void} act replaces an older one */
export function runWhenIdle(name, act) {
  if (!isBusy()) return act();
  if (!waiting.size) since = performance.now();
  waiting.set(name, act);
  look();
}

/** Run all deferred work at once; a press goes on. */
export function runDeferred() {
  clearTimeout(timer);
  const acts = [...waiting.values()];
  waiting.clear();
  lastInput = -Infinity;
  for (const act of acts) act();
}

function look() {
  clearTimeout(timer);
  if (!waiting.size || pressed) return;
  const now = performance.now();
  const left = Math.min(lastInput + REST_MS, since + LONGEST_MS) - now;
  if (left > 0) timer = setTimeout(look, left);
  else runDeferred();
}

function noteInput() {
  lastInput = performance.now();
}

function startPress() {
  pressed = true;
  presses += 1;
  clearTimeout(timer);
}

function endPress() {
  if (!pressed) return;
  pressed = false;
  look();
}

/** End the press after `ms`, unless another press began meanwhile. @param {number} [ms] */
function endPressSoon(ms = 0) {
  const own = presses;
  setTimeout(() => own === presses && endPress(), ms);
}

/** Watch pointer and keyboard input in a list. @param {HTMLElement} list */
export function watchInput(list) {
  list.addEventListener('pointermove', noteInput);
  list.addEventListener('pointerleave', () => {
    lastInput = -Infinity;
    look();
  });
  list.addEventListener('keydown', (event) => {
    noteInput();
    if (event.key === ' ') startPress();
  });
  addEventListener('keyup', (event) => event.key === ' ' && endPressSoon());
  addEventListener('pointerdown', startPress, { capture: true });
  addEventListener('pointerup', () => endPressSoon(CLICK_MS), { capture: true });
  // runs after the click's own handlers
  addEventListener('click', () => endPressSoon(), { capture: true });
  for (const end of ['pointercancel', 'blur']) addEventListener(end, endPress);
}
