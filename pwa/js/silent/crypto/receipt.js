// @ts-check
/**
 * Creates and reads receipts: sixteen digits that the survivor remembers or writes down, never stored on the phone.
 * They derive the case's lookup id, a proof, and the key to which answers are sealed.
 */

import { join, toBase64url, utf8 } from './bytes.js';
import { deriveKeyPair } from './hpke.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/**
 * @typedef {{lookup: string, proof: string, pair: import('./hpke.js').KeyPair}} Derived
 *   lookup and proof are base64url
 */

const DIGITS = 16;
const ROUNDS = 600_000;
const SALT = utf8('siaga112/v1/receipt');

/** Create a receipt: fifteen random digits and a Luhn check digit, in groups of four. */
export function newReceipt() {
  /** @type {number[]} */
  const digits = [];
  while (digits.length < DIGITS - 1)
    for (const byte of crypto.getRandomValues(new Uint8Array(32)))
      if (byte < 250 && digits.length < DIGITS - 1) digits.push(byte % 10);
  return grouped([...digits, checkDigit(digits)].join(''));
}

/** Return the digits of typed text, or null when they are not a receipt. @param {string} typed */
export function readReceipt(typed) {
  const digits = typed.replace(/[\s.-]/g, '');
  if (!/^\d{16}$/.test(digits)) return null;
  const numbers = Array.from(digits, Number);
  return checkDigit(numbers.slice(0, -1)) === numbers.at(-1) ? digits : null;
}

/** @param {string} digits */
export const grouped = (digits) => digits.replace(/(\d{4})(?=\d)/g, '$1 ');

/**
 * Derive lookup id, proof and key pair. Slow on purpose (PBKDF2, 600,000 rounds), so that a stolen table of keyed
 * hashes does not reveal the digits.
 * @param {string} digits sixteen, as `readReceipt` returns them
 * @returns {Promise<Derived>}
 */
export async function derive(digits) {
  const secret = await crypto.subtle.importKey('raw', utf8(digits), 'PBKDF2', false, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt: SALT, iterations: ROUNDS },
    secret,
    256,
  );
  const base = await crypto.subtle.importKey('raw', bits, 'HKDF', false, ['deriveBits']);
  const [lookup, proof, seed] = await Promise.all(['lookup', 'proof', 'seed'].map((use) => part(base, use)));
  return {
    lookup: toBase64url(/** @type {Bytes} */ (lookup)),
    proof: toBase64url(/** @type {Bytes} */ (proof)),
    pair: await deriveKeyPair(/** @type {Bytes} */ (seed)),
  };
}

/** @param {CryptoKey} base @param {string} use @returns {Promise<Bytes>} */
async function part(base, use) {
  const info = join(SALT, utf8(`|${use}`));
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }, base, 256),
  );
}

/** Compute the Luhn check digit (ISO/IEC 7812-1). @param {number[]} digits without the check digit */
function checkDigit(digits) {
  const sum = digits
    .slice()
    .reverse()
    .map((digit, place) => (place % 2 ? digit : digit * 2 - (digit > 4 ? 9 : 0)))
    .reduce((total, digit) => total + digit, 0);
  return (10 - (sum % 10)) % 10;
}
