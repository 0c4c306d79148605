// @ts-check
/** Verifies the roster of readers, signed offline by UPTD PPA. Anything doubtful is refused. */

import { fromBase64url } from './bytes.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {{version: number, recipients: {id: string, role: string, publicKey: Bytes}[]}} Roster */

const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
const KEY_ID = /^[0-9a-f]{16}$/;
const ROLES = new Set(['counsellor', 'recovery']);

/**
 * @param {{payload: string, signature: string}} signed both base64url; the payload is JSON
 * @param {{root: string, lastSeen: number, now: number}} trust root: uncompressed P-256 point, base64url; `now` in ms
 * @returns {Promise<Roster>}
 * @throws {RangeError} unsigned, expired, older than the last seen, or malformed
 */
export async function readRoster(signed, { root, lastSeen, now }) {
  const payload = fromBase64url(signed.payload);
  const key = await crypto.subtle.importKey('raw', fromBase64url(root), { name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'verify',
  ]);
  if (!(await crypto.subtle.verify(SIGNATURE, key, fromBase64url(signed.signature), payload)))
    throw new RangeError('unsigned');
  const { version, not_after, keys } = JSON.parse(new TextDecoder().decode(payload));
  if (!Number.isInteger(version) || version < lastSeen) throw new RangeError('older');
  if (!(Date.parse(not_after) > now)) throw new RangeError('expired');
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > 32) throw new RangeError('malformed');
  const recipients = await Promise.all(keys.filter((entry) => Date.parse(entry.not_after) > now).map(recipient));
  if (recipients.length === 0) throw new RangeError('expired');
  return { version, recipients };
}

/** @param {{id: string, role: string, public: string}} entry */
async function recipient({ id, role, public: point }) {
  const publicKey = fromBase64url(point);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', publicKey));
  const named = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (!KEY_ID.test(id) || id !== named || !ROLES.has(role) || publicKey.length !== 65)
    throw new RangeError('malformed');
  return { id, role, publicKey };
}
