// @ts-check
/** Reads the survivor's position if the phone has it quickly. No prompt before help is requested, no guess. */

/** @typedef {import('./report.js').SilentDraft} SilentDraft */

const OLD_MS = 60000;
const LONGEST_MS = 20000;

/** Return the permission; `prompt`: the browser would ask. @returns {Promise<'granted' | 'prompt' | 'denied'>} */
export async function allowed() {
  if (!globalThis.isSecureContext || !navigator.geolocation) return 'denied';
  try {
    return (await navigator.permissions.query({ name: 'geolocation' })).state;
  } catch {
    return 'prompt';
  }
}

/**
 * Copy the position into the draft; a better one replaces a worse one.
 * @param {SilentDraft} draft
 * @param {(found: boolean) => void} done called once, with the first answer
 * @returns {() => void} stop
 */
export function locate(draft, done) {
  let answered = false;
  const say = (/** @type {boolean} */ found) => {
    if (!answered) done(found);
    answered = true;
  };
  const watch = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      const accuracy_m = Math.max(1, Math.round(coords.accuracy));
      const old = !draft.fix || timestamp - draft.fix.at > OLD_MS / 4;
      if (old || accuracy_m <= /** @type {import('./report.js').Fix} */ (draft.fix).accuracy_m)
        draft.fix = {
          lat: Number(coords.latitude.toFixed(6)),
          lon: Number(coords.longitude.toFixed(6)),
          accuracy_m,
          at: timestamp,
        };
      say(true);
    },
    () => say(false),
    { enableHighAccuracy: true, maximumAge: OLD_MS, timeout: LONGEST_MS },
  );
  return () => navigator.geolocation.clearWatch(watch);
}
