// @ts-check
/**
 * Seals data that only a counsellor may read. Each report has one content key, wrapped for each key of the roster.
 *
 * Layout: magic `S112`, version u8, suite u8, roster version u32, wraps u8,
 * wraps × (key id 8, `enc` 65, wrapped key 48), IV 12, body. All integers big-endian.
 */

import { fromBase64url, i2osp, join, toBase64url, utf8 } from './bytes.js';
import { open as hpkeOpen, seal as hpkeSeal } from './hpke.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {import('./hpke.js').KeyPair} KeyPair */
/** @typedef {{id: string, publicKey: Bytes}} Recipient `id`: 16 hex digits */
/** @typedef {{report: string, purpose: string}} Context the report's idempotency key, and what is sealed */

export const BODY_BYTES = 8192;
const MAGIC = utf8('S112');
const VERSION = 1;
const SUITE = 1;
const WRAP_BYTES = 8 + 65 + 48;
const FIXED = MAGIC.length + 1 + 1 + 4 + 1;

/** @param {string} id @returns {Bytes} */
const idBytes = (id) => Uint8Array.from(id.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** @param {Uint8Array} bytes */
const idText = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {Context} context @param {number} roster @param {string} keyId */
export const wrapInfo = ({ report, purpose }, roster, keyId) =>
  utf8(`siaga112/v1/wrap|${report}|${roster}|${keyId}|${purpose}`);

/** @param {Context} context @param {Uint8Array} header */
const bodyData = ({ report, purpose }, header) => join(utf8(`siaga112/v1/body|${report}|${purpose}|`), header);

/** @param {Bytes} plain @returns {Bytes} length, content, zeros: always `BODY_BYTES` */
function padded(plain) {
  if (plain.length > BODY_BYTES - 4) throw new RangeError('more than one body holds');
  const block = new Uint8Array(BODY_BYTES);
  block.set(i2osp(plain.length, 4));
  block.set(plain, 4);
  return block;
}

/** @param {Bytes} key */
const importKey = (key) => crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);

/**
 * @param {Context} context
 * @param {{version: number, recipients: Recipient[]}} roster
 * @param {Bytes} plain at most 8,188 bytes
 * @returns {Promise<string>} the envelope, base64url
 */
export async function seal(context, roster, plain) {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const wraps = await Promise.all(
    roster.recipients.map(async ({ id, publicKey }) =>
      join(idBytes(id), await hpkeSeal({ to: publicKey, info: wrapInfo(context, roster.version, id), plain: key })),
    ),
  );
  const header = join(MAGIC, Uint8Array.of(VERSION, SUITE), i2osp(roster.version, 4), Uint8Array.of(wraps.length));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const body = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: bodyData(context, header) },
    await importKey(key),
    padded(plain),
  );
  key.fill(0);
  return toBase64url(join(header, ...wraps, iv, new Uint8Array(body)));
}

/**
 * @param {Context} context
 * @param {{keyId: string, pair: KeyPair}} reader
 * @param {string} envelope base64url
 * @returns {Promise<Bytes>}
 * @throws {DOMException | RangeError} damaged, swapped, or not for this reader
 */
export async function open(context, { keyId, pair }, envelope) {
  const { header, rosterVersion, wraps, iv, body } = parse(envelope);
  const sealed = wraps.get(keyId);
  if (!sealed) throw new RangeError('not for this key');
  const key = await hpkeOpen({ by: pair, info: wrapInfo(context, rosterVersion, keyId), sealed });
  return unlock(context, { header, iv, body }, key);
}

/** @param {Context} context @param {{header: Bytes, iv: Bytes, body: Bytes}} sealed @param {Bytes} key */
export async function unlock(context, { header, iv, body }, key) {
  const how = { name: 'AES-GCM', iv, additionalData: bodyData(context, header) };
  const block = new Uint8Array(await crypto.subtle.decrypt(how, await importKey(key), body));
  key.fill(0);
  const length = new DataView(block.buffer).getUint32(0);
  if (length > BODY_BYTES - 4) throw new RangeError('damaged');
  return block.slice(4, 4 + length);
}

/** @param {string} envelope */
export function parse(envelope) {
  const bytes = fromBase64url(envelope);
  const view = new DataView(bytes.buffer);
  const known = MAGIC.every((byte, at) => bytes[at] === byte) && bytes[4] === VERSION && bytes[5] === SUITE;
  const count = bytes[10] ?? 0;
  if (!known || bytes.length !== FIXED + count * WRAP_BYTES + 12 + BODY_BYTES + 16) throw new RangeError('no envelope');
  /** @type {Map<string, Bytes>} */
  const wraps = new Map();
  for (let at = FIXED; at < FIXED + count * WRAP_BYTES; at += WRAP_BYTES)
    wraps.set(idText(bytes.subarray(at, at + 8)), bytes.slice(at + 8, at + WRAP_BYTES));
  const rest = FIXED + count * WRAP_BYTES;
  return {
    header: bytes.slice(0, FIXED),
    rosterVersion: view.getUint32(6),
    wraps,
    iv: bytes.slice(rest, rest + 12),
    body: bytes.slice(rest + 12),
  };
}
