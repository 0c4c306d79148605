// @ts-check
/** Opens a sealed file: decrypts its chunks and checks them against length and SHA-256 of the manifest. */

import { fromBase64url, i2osp, join, utf8 } from '../../silent/crypto/bytes.js';

/**
 * @typedef {{key: string, nonce: string, name: string, type: string,
 *   bytes: number, chunks: number, sha256: string}} Manifest
 */

const MOST_BYTES = 64 * 1024 * 1024;

/** @param {string} words JSON @returns {Manifest} @throws {RangeError} */
export function readManifest(words) {
  const { key, nonce, name, type, bytes, chunks, sha256 } = JSON.parse(words);
  const whole = [bytes, chunks].every((count) => Number.isInteger(count) && count >= 0 && count <= MOST_BYTES);
  const complete = [key, nonce, name, type, sha256].every((part) => typeof part === 'string');
  if (!whole || !complete || fromBase64url(key).length !== 32 || fromBase64url(nonce).length !== 8)
    throw new RangeError('manifest');
  return { key, nonce, name, type, bytes, chunks, sha256 };
}

/**
 * @param {Manifest} manifest
 * @param {{report: string, file: string}} from
 * @param {ArrayBuffer[]} chunks ciphertext, in order
 * @returns {Promise<ArrayBuffer>} byte for byte what was attached
 * @throws {DOMException | RangeError} a chunk is missing, moved or damaged, or the digest differs
 */
export async function openFile(manifest, { report, file }, chunks) {
  if (chunks.length !== manifest.chunks) throw new RangeError('incomplete');
  const key = await crypto.subtle.importKey('raw', fromBase64url(manifest.key), 'AES-GCM', false, ['decrypt']);
  const parts = [];
  for (const [index, chunk] of chunks.entries()) {
    const final = index === chunks.length - 1 ? 1 : 0;
    const iv = join(fromBase64url(manifest.nonce), i2osp(index, 4));
    const additionalData = utf8(`siaga112/v1/chunk|${report}|${file}|${index}|${final}`);
    parts.push(new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, chunk)));
  }
  const whole = join(...parts);
  const digest = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', whole)));
  if (whole.length !== manifest.bytes || digest !== manifest.sha256) throw new RangeError('changed');
  return whole.buffer;
}

/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
