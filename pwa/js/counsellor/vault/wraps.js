// @ts-check
/**
 * Opens and rewraps envelopes that the server stores in parts. Wraps come and go (colleagues, leavers), so only the
 * reader's own wrap is sent, with the header to which the body was bound when sealed.
 */

import { fromBase64url } from '../../silent/crypto/bytes.js';
import { open as hpkeOpen, seal as hpkeSeal } from '../../silent/crypto/hpke.js';
import { unlock, wrapInfo } from '../../silent/crypto/seal.js';

/** @typedef {import('../../silent/crypto/bytes.js').Bytes} Bytes */
/** @typedef {import('../../silent/crypto/seal.js').Context} Context */
/** @typedef {{id: string, pair: import('../../silent/crypto/hpke.js').KeyPair}} Reader */
/** @typedef {{header: string, roster_version: number, iv: string, body: string, wrap: string}} Parts base64url */
/**
 * @typedef {{signed: {payload: string, signature: string}, root: string, lastSeen: number}} Trust
 *   what a roster is checked against
 */

/** @param {Context} context @param {Reader} reader @param {{roster_version: number, wrap: string}} parts */
const contentKey = (context, { id, pair }, { roster_version, wrap }) =>
  hpkeOpen({ by: pair, info: wrapInfo(context, roster_version, id), sealed: fromBase64url(wrap) });

/**
 * @param {Context} context @param {Reader} reader @param {Parts} parts
 * @returns {Promise<Bytes>}
 * @throws {DOMException | RangeError} damaged, swapped, or not for this reader
 */
export async function openParts(context, reader, parts) {
  const key = await contentKey(context, reader, parts);
  const sealed = { header: fromBase64url(parts.header), iv: fromBase64url(parts.iv), body: fromBase64url(parts.body) };
  return unlock(context, sealed, key);
}

/**
 * Wrap the content key for another key, without the body.
 * @param {Context} context @param {Reader} reader @param {{roster_version: number, wrap: string}} parts
 * @param {{id: string, publicKey: Bytes}} to
 */
export async function rewrap(context, reader, parts, to) {
  const key = await contentKey(context, reader, parts);
  const wrap = await hpkeSeal({ to: to.publicKey, info: wrapInfo(context, parts.roster_version, to.id), plain: key });
  key.fill(0);
  return wrap;
}
