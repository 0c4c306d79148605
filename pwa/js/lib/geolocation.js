// @ts-check
/** Watches the phone's position during a report, keeping the most accurate recent fix. It never guesses. */
import { svg } from './dom.js';
import { settings } from './store.js';

/**
 * @typedef {{lat: number, lon: number, accuracy_m: number, at: number}} Fix
 * @typedef {'idle' | 'searching' | 'found' | 'denied' | 'failed' | 'insecure'} GpsState
 */

/** A better fix replaces a worse one; one older than this is replaced by any. */
const OLD_MS = 15000;

/** @type {number | null} */
let watch = null;

/** @type {{state: GpsState, fix: Fix | null, changed: () => void}} */
export const gps = { state: 'idle', fix: null, changed: () => undefined };

/** Start watching the position, or restart after a failure. */
export function lookForPosition() {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
  if (!globalThis.isSecureContext || !navigator.geolocation) return setState('insecure');
  setState(gps.fix ? 'found' : 'searching');
  watch = navigator.geolocation.watchPosition(keepFix, handleError, {
    enableHighAccuracy: true,
    maximumAge: 5000,
    timeout: 20000,
  });
}

/** Stop watching and forget the position once the report is sent or left. */
export function forgetPosition() {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
  Object.assign(gps, { fix: null, state: 'idle', changed: () => undefined });
}

/** @param {GpsState} state */
function setState(state) {
  gps.state = state;
  gps.changed();
}

/** @param {GeolocationPosition} position */
function keepFix({ coords, timestamp }) {
  const fix = {
    lat: Number(coords.latitude.toFixed(6)),
    lon: Number(coords.longitude.toFixed(6)),
    accuracy_m: Math.max(1, Math.round(coords.accuracy)),
    at: timestamp,
  };
  if (!gps.fix) void settings.put('position_allowed', true).catch(() => undefined);
  if (!gps.fix || fix.accuracy_m <= gps.fix.accuracy_m || fix.at - gps.fix.at > OLD_MS) gps.fix = fix;
  setState('found');
}

/** @param {GeolocationPositionError} fault */
function handleError(fault) {
  if (fault.code === fault.PERMISSION_DENIED) {
    gps.fix = null;
    void settings.put('position_allowed', false).catch(() => undefined);
    setState('denied');
  } else if (!gps.fix) setState('failed');
}

/**
 * Draw the accuracy as a disc among rings of 10 m, 100 m and 1 km (logarithmic scale).
 * @param {number | null | undefined} accuracy_m null or undefined: only the rings
 */
export function drawAccuracy(accuracy_m) {
  const radius = (/** @type {number} */ metres) => 8 + 18 * Math.log10(Math.min(Math.max(metres, 4), 2500) / 4);
  const circle = (/** @type {number} */ r, /** @type {string} */ name) =>
    svg('circle', { cx: 60, cy: 60, r, class: name });
  const rings = [10, 100, 1000].flatMap((metres) => {
    const name = svg('text', { x: 60, y: 64 - radius(metres) });
    name.textContent = metres < 1000 ? `${metres} m` : '1 km';
    const free = !accuracy_m || radius(metres) > radius(accuracy_m) + 6;
    return free ? [circle(radius(metres), 'ring'), name] : [circle(radius(metres), 'ring')];
  });
  const known = accuracy_m ? [circle(radius(accuracy_m), 'disc'), circle(3, 'dot')] : [];
  return svg('svg', { class: 'accuracy', viewBox: '0 0 120 120', 'aria-hidden': 'true' }, ...known, ...rings);
}
