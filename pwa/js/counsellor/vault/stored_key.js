// @ts-check
/**
 * Wraps and unwraps a counsellor's private key: its scalar under AES-256-GCM with a key derived from the passphrase
 * (PBKDF2, HMAC-SHA-256, RFC 8018). Imported only by the worker: the page never holds the key.
 */

import { fromBase64url, toBase64url, utf8 } from '../../silent/crypto/bytes.js';
import { generateKeyPair, keyPairOf } from '../../silent/crypto/hpke.js';

/** @typedef {import('../../silent/crypto/bytes.js').Bytes} Bytes */
/** @typedef {{kdf: string, rounds: number, salt: string, iv: string, ciphertext: string}} Wrapped base64url */
/** @typedef {{id: string, public: string, wrapped: Wrapped}} Stored */

export const ROUNDS = 600_000;
const KDF = 'PBKDF2-SHA-256';

/** @param {string} passphrase @param {Bytes} salt @param {number} rounds */
async function wrappingKey(passphrase, salt, rounds) {
  const secret = utf8(passphrase.normalize('NFKC').trim());
  const base = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds },
    base,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

/** @param {string} id */
const boundTo = (id) => utf8(`siaga112/v1/counsellor|${id}`);

/** Return a public key's name: the first 8 bytes of its SHA-256, hex. @param {Bytes} point */
export async function keyId(point) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', point));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {Bytes} scalar @param {string} id @param {string} passphrase @returns {Promise<Wrapped>} */
async function wrap(scalar, id, passphrase) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await wrappingKey(passphrase, salt, ROUNDS);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: boundTo(id) }, key, scalar);
  return {
    kdf: KDF,
    rounds: ROUNDS,
    salt: toBase64url(salt),
    iv: toBase64url(iv),
    ciphertext: toBase64url(new Uint8Array(sealed)),
  };
}

/** @param {Stored} stored @param {string} passphrase @returns {Promise<Bytes>} */
async function unwrap({ id, wrapped }, passphrase) {
  if (wrapped.kdf !== KDF || !(wrapped.rounds >= ROUNDS)) throw new RangeError('weak');
  const key = await wrappingKey(passphrase, fromBase64url(wrapped.salt), wrapped.rounds);
  const how = { name: 'AES-GCM', iv: fromBase64url(wrapped.iv), additionalData: boundTo(id) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, fromBase64url(wrapped.ciphertext)));
}

/** Generate a key and wrap it. @param {string} passphrase @returns {Promise<Stored>} */
export async function makeKey(passphrase) {
  const { publicKey, privateKey } = await generateKeyPair(true);
  const { d } = await crypto.subtle.exportKey('jwk', privateKey);
  const scalar = fromBase64url(/** @type {string} */ (d));
  const id = await keyId(publicKey);
  const wrapped = await wrap(scalar, id, passphrase);
  scalar.fill(0);
  return { id, public: toBase64url(publicKey), wrapped };
}

/**
 * @param {Stored} stored @param {string} passphrase
 * @returns {Promise<import('../../silent/crypto/hpke.js').KeyPair>} the private key cannot be exported
 * @throws {DOMException | RangeError} wrong passphrase or damaged data
 */
export async function openKey(stored, passphrase) {
  const scalar = await unwrap(stored, passphrase);
  const pair = await keyPairOf(scalar);
  scalar.fill(0);
  if ((await keyId(pair.publicKey)) !== stored.id) throw new RangeError('another key');
  return pair;
}

/** Wrap the same key under another passphrase. @param {Stored} stored @param {string} old @param {string} fresh */
export async function changePassphrase(stored, old, fresh) {
  const scalar = await unwrap(stored, old);
  const wrapped = await wrap(scalar, stored.id, fresh);
  scalar.fill(0);
  return wrapped;
}
