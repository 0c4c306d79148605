// @ts-check
/**
 * Implements HPKE (RFC 9180), base mode, one message: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-GCM, with WebCrypto.
 * Names in comments are the RFC's.
 */

import { i2osp, join, toBase64url, utf8 } from './bytes.js';
import { publicPoint } from './p256.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {{publicKey: Bytes, privateKey: CryptoKey}} KeyPair public key: uncompressed point, 65 bytes */
/** @typedef {{id: number, keyBytes: number}} Aead */

export const AES_128_GCM = Object.freeze({ id: 1, keyBytes: 16 });
export const AES_256_GCM = Object.freeze({ id: 2, keyBytes: 32 });
const KEM_ID = 0x0010;
const KDF_ID = 0x0001;
const EMPTY = new Uint8Array(0);
const ECDH = { name: 'ECDH', namedCurve: 'P-256' };
const KEM_SUITE = join(utf8('KEM'), i2osp(KEM_ID, 2));

/** @param {Aead} aead */
const suiteOf = (aead) => join(utf8('HPKE'), i2osp(KEM_ID, 2), i2osp(KDF_ID, 2), i2osp(aead.id, 2));

/** @param {Uint8Array} key @param {Uint8Array} data @returns {Promise<Bytes>} */
async function hmac(key, data) {
  const padded = key.length ? new Uint8Array(key) : new Uint8Array(32);
  const secret = await crypto.subtle.importKey('raw', padded, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', secret, new Uint8Array(data)));
}

/** @param {Uint8Array} suite @param {Uint8Array} salt @param {string} label @param {Uint8Array} ikm */
const labeledExtract = (suite, salt, label, ikm) => hmac(salt, join(utf8('HPKE-v1'), suite, utf8(label), ikm));

/** @param {Uint8Array} suite @param {Bytes} prk @param {string} label @param {Uint8Array} info @param {number} size */
async function labeledExpand(suite, prk, label, info, size) {
  const labeled = join(i2osp(size, 2), utf8('HPKE-v1'), suite, utf8(label), info);
  let block = EMPTY;
  let whole = EMPTY;
  for (let count = 1; whole.length < size; count++) {
    block = await hmac(prk, join(block, labeled, Uint8Array.of(count)));
    whole = join(whole, block);
  }
  return whole.slice(0, size);
}

/** @param {Bytes} secret scalar of 32 bytes @param {Bytes} point @param {boolean} extractable */
const importPrivate = (secret, point, extractable) =>
  crypto.subtle.importKey(
    'jwk',
    {
      kty: 'EC',
      crv: 'P-256',
      d: toBase64url(secret),
      x: toBase64url(point.subarray(1, 33)),
      y: toBase64url(point.subarray(33)),
    },
    ECDH,
    extractable,
    ['deriveBits'],
  );

/** @param {Bytes} point */
const importPublic = (point) => crypto.subtle.importKey('raw', point, ECDH, true, []);

/** Import a known scalar. @param {Bytes} secret @param {boolean} [extractable] @returns {Promise<KeyPair>} */
export async function keyPairOf(secret, extractable = false) {
  const publicKey = publicPoint(secret);
  return { publicKey, privateKey: await importPrivate(secret, publicKey, extractable) };
}

/** Generate a key pair. @param {boolean} [extractable] @returns {Promise<KeyPair>} */
export async function generateKeyPair(extractable = false) {
  const pair = await crypto.subtle.generateKey(ECDH, extractable, ['deriveBits']);
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
    privateKey: pair.privateKey,
  };
}

/** Derive a key pair (section 7.1.3). @param {Bytes} ikm at least 32 bytes @returns {Promise<KeyPair>} */
export async function deriveKeyPair(ikm) {
  const prk = await labeledExtract(KEM_SUITE, EMPTY, 'dkp_prk', ikm);
  for (let counter = 0; counter < 256; counter++) {
    const secret = await labeledExpand(KEM_SUITE, prk, 'candidate', i2osp(counter, 1), 32);
    try {
      return await keyPairOf(secret);
    } catch (fault) {
      if (!(fault instanceof RangeError)) throw fault;
    }
  }
  throw new RangeError('no key in 256 candidates');
}

/** @param {CryptoKey} privateKey @param {Bytes} point @param {Bytes} context */
async function sharedSecret(privateKey, point, context) {
  const dh = new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'ECDH', public: await importPublic(point) }, privateKey, 256),
  );
  const prk = await labeledExtract(KEM_SUITE, EMPTY, 'eae_prk', dh);
  return labeledExpand(KEM_SUITE, prk, 'shared_secret', context, 32);
}

/**
 * Derive the key and nonce of the first message (KeySchedule, base mode, section 5.1).
 * @param {Bytes} secret @param {Bytes} info @param {Aead} aead
 */
async function schedule(secret, info, aead) {
  const suite = suiteOf(aead);
  const context = join(
    Uint8Array.of(0),
    await labeledExtract(suite, EMPTY, 'psk_id_hash', EMPTY),
    await labeledExtract(suite, EMPTY, 'info_hash', info),
  );
  const prk = await labeledExtract(suite, secret, 'secret', EMPTY);
  const key = await labeledExpand(suite, prk, 'key', context, aead.keyBytes);
  return {
    iv: await labeledExpand(suite, prk, 'base_nonce', context, 12),
    key: await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}

/**
 * Seal one message to a public key; returns `enc || ciphertext`.
 * @param {{to: Bytes, info: Bytes, plain: Bytes, aad?: Bytes, aead?: Aead, ephemeral?: KeyPair}} message
 *   `ephemeral` is for the RFC's test vectors only
 * @returns {Promise<Bytes>}
 */
export async function seal({ to, info, plain, aad = EMPTY, aead = AES_256_GCM, ephemeral }) {
  const pair = ephemeral ?? (await generateKeyPair());
  const secret = await sharedSecret(pair.privateKey, to, join(pair.publicKey, to));
  const { key, iv } = await schedule(secret, info, aead);
  const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, plain);
  return join(pair.publicKey, new Uint8Array(body));
}

/**
 * Open one message.
 * @param {{by: KeyPair, info: Bytes, sealed: Bytes, aad?: Bytes, aead?: Aead}} message
 * @returns {Promise<Bytes>}
 * @throws {DOMException} not sealed to this key under this info and aad
 */
export async function open({ by, info, sealed, aad = EMPTY, aead = AES_256_GCM }) {
  const enc = sealed.slice(0, 65);
  const secret = await sharedSecret(by.privateKey, enc, join(enc, by.publicKey));
  const { key, iv } = await schedule(secret, info, aead);
  const body = sealed.slice(65);
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, body));
}
