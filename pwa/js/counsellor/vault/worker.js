// @ts-check
/**
 * Opens and uses a counsellor's key in a worker whose policy allows this app's scripts and no connection.
 * The key is forgotten ten minutes after its last use, on request, and with the page.
 */

import { fromBase64url, toBase64url, utf8 } from '../../silent/crypto/bytes.js';
import { readRoster } from '../../silent/crypto/roster.js';
import { seal } from '../../silent/crypto/seal.js';
import { openFile, readManifest } from './open_file.js';
import { changePassphrase, keyId, makeKey, openKey } from './stored_key.js';
import { openParts, rewrap } from './wraps.js';

/** @typedef {import('../../silent/crypto/hpke.js').KeyPair} KeyPair */
/** @typedef {import('../../silent/crypto/seal.js').Context} Context */
/** @typedef {import('./wraps.js').Parts} Parts */
/** @typedef {import('./wraps.js').Trust} Trust */

const IDLE_MS = 600_000;
const text = new TextDecoder();

/** @type {{id: string, pair: KeyPair} | null} */
let reader = null;
let idleMs = IDLE_MS;
let timer = 0;
/** @type {Map<string, import('./open_file.js').Manifest>} */
const manifests = new Map();
/** Receipts' public points as sealed with the stories, by report. @type {Map<string, string>} */
const points = new Map();

function lock() {
  reader = null;
  manifests.clear();
  points.clear();
  clearTimeout(timer);
  postMessage({ locked: true });
}

function used() {
  if (!reader) throw new RangeError('locked');
  clearTimeout(timer);
  timer = setTimeout(lock, idleMs);
  postMessage({ locksIn: idleMs });
  return reader;
}

/** @param {Trust} trust */
const trusted = ({ signed, root, lastSeen }) => readRoster(signed, { root, lastSeen, now: Date.now() });

/** @param {string} words a story as JSON @returns {string} base64url, empty when none was sealed */
function sealedPoint(words) {
  try {
    const { receipt } = JSON.parse(words);
    return typeof receipt === 'string' ? receipt : '';
  } catch {
    return '';
  }
}

const ACTS = {
  /** @param {{passphrase: string}} input */
  make: ({ passphrase }) => makeKey(passphrase),

  /** @param {{stored: import('./stored_key.js').Stored, passphrase: string, idleMs?: number}} input */
  open: async ({ stored, passphrase, idleMs: shorter }) => {
    reader = { id: stored.id, pair: await openKey(stored, passphrase) };
    idleMs = Math.min(shorter ?? IDLE_MS, IDLE_MS);
    used();
    return { id: stored.id };
  },

  /** @param {{stored: import('./stored_key.js').Stored, old: string, fresh: string}} input */
  change: ({ stored, old, fresh }) => changePassphrase(stored, old, fresh),

  lock: () => lock(),

  /** @param {{context: Context, parts: Parts}} input */
  unseal: async ({ context, parts }) => {
    const words = text.decode(await openParts(context, used(), parts));
    if (context.purpose === 'narrative') points.set(context.report, points.get(context.report) || sealedPoint(words));
    return words;
  },

  /**
   * Return whether a report's story was opened, so that a receipt can be compared with it.
   * @param {{report: string}} input
   */
  compared: ({ report }) => points.has(report),

  /** @param {{trust: Trust}} input */
  roster: async ({ trust }) => ({ version: (await trusted(trust)).version }),

  /**
   * Seal an answer to every key of the roster and to the receipt's key. The receipt must match the point sealed with
   * the story, or the counsellor must have confirmed that there is none to compare with (`unchecked`).
   * @param {{context: Context, trust: Trust, receipt: string | null, words: string, unchecked?: boolean}} input
   */
  answer: async ({ context, trust, receipt, words, unchecked }) => {
    used();
    const sealed = points.get(context.report);
    if (receipt && sealed && sealed !== receipt) throw new RangeError('receipt');
    if (receipt && !sealed && !unchecked) throw new RangeError('unchecked');
    const { version, recipients } = await trusted(trust);
    const more = receipt ? [{ id: await keyId(fromBase64url(receipt)), publicKey: fromBase64url(receipt) }] : [];
    return seal(context, { version, recipients: [...recipients, ...more] }, utf8(words));
  },

  /**
   * Rewrap items for a colleague whose key is in the roster.
   * @param {{trust: Trust, to: string, items: {context: Context, parts: Parts}[]}} input
   */
  rewrap: async ({ trust, to, items }) => {
    const { recipients } = await trusted(trust);
    const colleague = recipients.find(({ id, role }) => id === to && role === 'counsellor');
    if (!colleague) throw new RangeError('not in the roster');
    const wraps = [];
    for (const { context, parts } of items) wraps.push(toBase64url(await rewrap(context, used(), parts, colleague)));
    return wraps;
  },

  /**
   * Keep the file's key in the worker and return the file's description.
   * @param {{file: string, context: Context, parts: Parts}} input
   */
  manifest: async ({ file, context, parts }) => {
    const manifest = readManifest(text.decode(await openParts(context, used(), parts)));
    manifests.set(file, manifest);
    const { name, type, bytes, chunks, sha256 } = manifest;
    return { name, type, bytes, chunks, sha256 };
  },

  /** @param {{report: string, file: string, chunks: ArrayBuffer[]}} input */
  file: async ({ report, file, chunks }) => {
    used();
    const manifest = manifests.get(file);
    if (!manifest) throw new RangeError('no manifest');
    return openFile(manifest, { report, file }, chunks);
  },
};

addEventListener('message', async ({ data: { call, act, input } }) => {
  try {
    const run = /** @type {Record<string, (input: any) => unknown>} */ (ACTS)[act];
    if (!run) throw new RangeError('no such act');
    const output = await run(input ?? {});
    postMessage({ call, output }, output instanceof ArrayBuffer ? [output] : []);
  } catch (fault) {
    postMessage({ call, fault: fault instanceof RangeError ? fault.message : 'unreadable' });
  }
});
