// @ts-check
/** The server's clock: a desk's own may be wrong by hours, and a waiting time must not be. */

let ahead = Number(document.querySelector('meta[name=now]')?.getAttribute('content') ?? Date.now()) - Date.now();

/** Milliseconds since 1970, as the server counts them. */
export const serverNow = () => Date.now() + ahead;

/**
 * Correct the difference by an answer, and by half of its way.
 * @param {number} now what the server said
 * @param {number} askedAt by this desk's clock
 */
export function hearNow(now, askedAt) {
  const took = Date.now() - askedAt;
  if (took >= 0 && took < 5000) ahead = now + took / 2 - Date.now();
}
