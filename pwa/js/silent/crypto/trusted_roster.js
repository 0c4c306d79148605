// @ts-check
/** Who may read what is sealed here: the signed roster that came with the city's facts. Doubtful means nobody. */
import { cityFacts } from '../../lib/city.js';
import { settings } from '../../lib/store.js';
import { readRoster } from './roster.js';

/** @typedef {import('./roster.js').Roster} Roster */

const FACTS = '/api/v1/city';
const SEEN = 'roster_seen';

/** UPTD PPA's root key, which the page carries; none when the office has no keys yet. */
const root = () => document.querySelector('meta[name="siaga-ppa"]')?.getAttribute('content') ?? '';

/** @param {any} cityData @returns {Promise<Roster | null>} */
async function check(cityData) {
  if (!cityData?.roster || !root() || !globalThis.crypto?.subtle) return null;
  const lastSeen = await settings.get(SEEN, 0).catch(() => 0);
  return readRoster(cityData.roster, { root: root(), lastSeen, now: Date.now() }).catch(() => null);
}

/** The roster to seal to, or null: then the dispatch block goes alone. */
export const readers = async () => check(await cityFacts().catch(() => null));

/** At every visit, whoever visits: remember the newest version, so that an older one is refused. */
export async function noteRoster() {
  try {
    const kept = await caches.match(FACTS);
    const roster = await check(await kept?.json());
    if (roster && roster.version > (await settings.get(SEEN, 0))) await settings.put(SEEN, roster.version);
  } catch {
    // no cache here: the check is made with what was seen before
  }
}
