// @ts-check
/** Checks a counsellor's passphrase: at least `LEAST` characters, not repetitive, without the counsellor's name. */

export const LEAST = 16;
const DISTINCT = 8;

/**
 * @param {string} passphrase
 * @param {string} name the counsellor's name in the console
 * @returns {'short' | 'simple' | 'name' | null} the fault, null when it is acceptable
 */
export function weakness(passphrase, name) {
  const tidy = passphrase.normalize('NFKC').trim();
  if ([...tidy].length < LEAST) return 'short';
  if (new Set(tidy.toLowerCase()).size < DISTINCT) return 'simple';
  const rest = name ? tidy.toLowerCase().replaceAll(name.toLowerCase(), '') : tidy;
  return [...rest].length < LEAST ? 'name' : null;
}
