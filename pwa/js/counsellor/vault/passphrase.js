// @ts-check
/** What a passphrase must be that guards a counsellor's key: long, not one sign over and over, not her own name. */

export const LEAST = 16;
const DISTINCT = 8;

/**
 * @param {string} passphrase
 * @param {string} name her name in the console
 * @returns {'short' | 'simple' | 'name' | null} what is wrong with it
 */
export function weakness(passphrase, name) {
  const tidy = passphrase.normalize('NFKC').trim();
  if ([...tidy].length < LEAST) return 'short';
  if (new Set(tidy.toLowerCase()).size < DISTINCT) return 'simple';
  const rest = name ? tidy.toLowerCase().replaceAll(name.toLowerCase(), '') : tidy;
  return [...rest].length < LEAST ? 'name' : null;
}
