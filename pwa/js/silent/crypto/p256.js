// @ts-check
/**
 * Computes the public point of a private scalar on P-256. A receipt's key is derived, and WebCrypto cannot compute its
 * point in every browser. Jacobian coordinates, one inversion at the end; runs once per receipt, never on a secret of
 * another person.
 * Curve constants: NIST SP 800-186, section 3.2.1.3.
 */

import { fromInteger, join, toInteger } from './bytes.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {{x: bigint, y: bigint, z: bigint}} Point Jacobian; z = 0 is the point at infinity */

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const GX = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n;
const GY = 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n;
const INFINITY = { x: 1n, y: 1n, z: 0n };

/** @param {bigint} value */
const mod = (value) => ((value % P) + P) % P;

/** @param {bigint} base @param {bigint} exponent */
function power(base, exponent) {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % P)
    if (rest & 1n) result = (result * square) % P;
  return result;
}

/** Double a point for a = -3 ("dbl-2001-b"). @param {Point} p @returns {Point} */
function double({ x, y, z }) {
  const delta = mod(z * z);
  const gamma = mod(y * y);
  const beta = mod(x * gamma);
  const alpha = mod(3n * (x - delta) * (x + delta));
  const x3 = mod(alpha * alpha - 8n * beta);
  return {
    x: x3,
    y: mod(alpha * (4n * beta - x3) - 8n * gamma * gamma),
    z: mod((y + z) * (y + z) - gamma - delta),
  };
}

/** Add two points ("add-2007-bl"). @param {Point} p @param {Point} q @returns {Point} */
function add(p, q) {
  if (p.z === 0n) return q;
  if (q.z === 0n) return p;
  const zp = mod(p.z * p.z);
  const zq = mod(q.z * q.z);
  const u1 = mod(p.x * zq);
  const s1 = mod(p.y * q.z * zq);
  const h = mod(q.x * zp - u1);
  const r = mod(2n * (q.y * p.z * zp - s1));
  if (h === 0n) return r === 0n ? double(p) : INFINITY;
  const i = mod(4n * h * h);
  const j = mod(h * i);
  const v = mod(u1 * i);
  const x = mod(r * r - j - 2n * v);
  return { x, y: mod(r * (v - x) - 2n * s1 * j), z: mod(((p.z + q.z) * (p.z + q.z) - zp - zq) * h) };
}

/** Return the uncompressed point (65 bytes) of a 32-byte scalar. @param {Bytes} secret @returns {Bytes} */
export function publicPoint(secret) {
  const scalar = toInteger(secret);
  if (scalar <= 0n || scalar >= ORDER) throw new RangeError('no scalar of P-256');
  let sum = /** @type {Point} */ (INFINITY);
  for (let bit = 255n; bit >= 0n; bit--) {
    sum = double(sum);
    if ((scalar >> bit) & 1n) sum = add(sum, { x: GX, y: GY, z: 1n });
  }
  const inverse = power(sum.z, P - 2n);
  const square = mod(inverse * inverse);
  return join(Uint8Array.of(4), fromInteger(mod(sum.x * square), 32), fromInteger(mod(sum.y * square * inverse), 32));
}
