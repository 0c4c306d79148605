// @ts-check
/** Holds the state that counsellor pages share: the key worker, the open key and the server's key list. */

import { ask } from '../console/lib/request.js';
import { Vault } from './vault/client.js';

/**
 * @typedef {{id: string, public: string, wrapped: import('./vault/stored_key.js').Wrapped,
 *   in_roster: boolean}} OwnKey
 */
/**
 * @typedef {{keys: OwnKey[], roster: {payload: string, signature: string} | null, root: string | null,
 *   colleagues: {id: string, name: string}[]}} KeyOverview
 */

export const ROOM = '/console/pendamping';
const SEEN = 'siaga-ppa-roster';

/** @type {Set<() => void>} */
const lockers = new Set();
/** @type {Set<() => void>} */
const openers = new Set();

export const room = {
  /** The id of the key that is open. @type {string | null} */
  key: null,
  /** @type {KeyOverview | null} */
  overview: null,
  /** When the key locks by itself, ms since 1970. */
  locksAt: 0,
  vault: new Vault({ locked: () => locked(), used: (left) => (room.locksAt = Date.now() + left) }),
};

function locked() {
  if (room.key === null) return;
  room.key = null;
  for (const wipe of lockers) wipe();
}

/** @param {string} id */
export function opened(id) {
  room.key = id;
  for (const show of openers) show();
}

/** @param {{open?: () => void, lock?: () => void}} what */
export function onKey({ open, lock }) {
  if (open) openers.add(open);
  if (lock) lockers.add(lock);
}

/** Forget the key now and remove everything it opened from the screen. */
export function shut() {
  locked();
  room.vault.end();
  room.vault = new Vault({ locked, used: (left) => (room.locksAt = Date.now() + left) });
}

/** Fetch the counsellor's keys. @returns {Promise<boolean>} false when fetching failed */
export async function loadKeys() {
  const answer = await ask(`${ROOM}/kunci`);
  room.overview = answer.ok ? answer.body : room.overview;
  return answer.ok;
}

/**
 * Return what the worker checks a roster against; null while none is published.
 * @returns {import('./vault/wraps.js').Trust | null}
 */
export function trust() {
  const { roster, root } = room.overview ?? {};
  if (!roster || !root) return null;
  return { signed: roster, root, lastSeen: Number(localStorage.getItem(SEEN) ?? 0) };
}

/** Remember the newest accepted roster version; older ones are refused. @param {number} version */
export const rememberRoster = (version) => localStorage.setItem(SEEN, String(version));
