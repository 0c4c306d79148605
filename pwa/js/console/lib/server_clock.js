// @ts-check
/** Computes the server's time, since a workstation's clock may be wrong by hours and waiting times must be right. */

let ahead = Number(document.querySelector('meta[name=now]')?.getAttribute('content') ?? Date.now()) - Date.now();

/** Milliseconds since 1970, as the server counts them. */
export const serverNow = () => Date.now() + ahead;

/**
 * Correct the clock difference from a response and half of its round trip.
 * @param {number} now the server's time, ms
 * @param {number} requestedAt when the request was sent, by this workstation's clock, ms
 */
export function hearNow(now, requestedAt) {
  const took = Date.now() - requestedAt;
  if (took >= 0 && took < 5000) ahead = now + took / 2 - Date.now();
}
