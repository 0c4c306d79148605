// @ts-check
/** Checks the signed roster delivered with the city's data. A doubtful roster is treated as none. */
import { fetchCity } from '../../lib/city.js';
import { settings } from '../../lib/store.js';
import { readRoster } from './roster.js';

/** @typedef {import('./roster.js').Roster} Roster */

const CITY_URL = '/api/v1/city';
const SEEN = 'roster_seen';

/** Read UPTD PPA's root key from the page; empty when the office has no keys yet. */
const root = () => document.querySelector('meta[name="siaga-ppa"]')?.getAttribute('content') ?? '';

/** @param {any} cityData @returns {Promise<Roster | null>} */
async function check(cityData) {
  if (!cityData?.roster || !root() || !globalThis.crypto?.subtle) return null;
  const lastSeen = await settings.get(SEEN, 0).catch(() => 0);
  return readRoster(cityData.roster, { root: root(), lastSeen, now: Date.now() }).catch(() => null);
}

/** Return the roster to seal to, or null: then only the dispatch summary is sent. */
export const readers = async () => check(await fetchCity().catch(() => null));

/** Remember the newest version at every visit, so that an older roster is refused. */
export async function noteRoster() {
  try {
    const kept = await caches.match(CITY_URL);
    const roster = await check(await kept?.json());
    if (roster && roster.version > (await settings.get(SEEN, 0))) await settings.put(SEEN, roster.version);
  } catch {
    // no storage here: the check uses the version seen before
  }
}
