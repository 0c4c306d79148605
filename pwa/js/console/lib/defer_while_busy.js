// @ts-check
/**
 * Nothing moves under a hand. While something is pressed, and for a moment after the pointer moved over the list or a
 * key was pressed in it, what would shift it waits; then it is done at once, the newest word of each name alone.
 */

/** How long a hand counts as at work after its last sign. */
const REST_MS = 1000;
/** A pointer that never rests: what waits no longer waits for it. A press is waited for however long it lasts. */
const LONGEST_MS = 4000;
/** A touch's click may come this long after the finger was lifted. */
const CLICK_MS = 400;

let pressed = false;
let presses = 0;
let lastSign = -Infinity;
let since = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Map<string, () => void>} */
const waiting = new Map();

/** Whether something is being pressed: what stands there must be there when it is let go. */
export const isPressed = () => pressed;

/** Whether a hand is at work in the list. */
export const isBusy = () => pressed || performance.now() - lastSign < REST_MS;

/** Do it when no hand is at work. @param {string} name @param {() => void} act takes the place of an older one */
export function whenSteady(name, act) {
  if (!isBusy()) return act();
  if (!waiting.size) since = performance.now();
  waiting.set(name, act);
  look();
}

/** Do what waits. A press is not broken off by it. */
export function settle() {
  clearTimeout(timer);
  const acts = [...waiting.values()];
  waiting.clear();
  lastSign = -Infinity;
  for (const act of acts) act();
}

function look() {
  clearTimeout(timer);
  if (!waiting.size || pressed) return;
  const now = performance.now();
  const left = Math.min(lastSign + REST_MS, since + LONGEST_MS) - now;
  if (left > 0) timer = setTimeout(look, left);
  else settle();
}

function sign() {
  lastSign = performance.now();
}

function press() {
  pressed = true;
  presses += 1;
  clearTimeout(timer);
}

function letGo() {
  if (!pressed) return;
  pressed = false;
  look();
}

/** Let go after a while, unless it was pressed again meanwhile. @param {number} [ms] */
function letGoSoon(ms = 0) {
  const own = presses;
  setTimeout(() => own === presses && letGo(), ms);
}

/** Watch the hands at work in a list. @param {HTMLElement} list */
export function watchHands(list) {
  list.addEventListener('pointermove', sign);
  list.addEventListener('pointerleave', () => {
    lastSign = -Infinity;
    look();
  });
  list.addEventListener('keydown', (event) => {
    sign();
    if (event.key === ' ') press();
  });
  addEventListener('keyup', (event) => event.key === ' ' && letGoSoon());
  addEventListener('pointerdown', press, { capture: true });
  addEventListener('pointerup', () => letGoSoon(CLICK_MS), { capture: true });
  // the click is handled by the time that this runs
  addEventListener('click', () => letGoSoon(), { capture: true });
  for (const end of ['pointercancel', 'blur']) addEventListener(end, letGo);
}
