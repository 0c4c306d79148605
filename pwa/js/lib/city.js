// @ts-check
/** What the app knows of the city: facts that an administrator may change, and the kinds. Each is fetched once. */
import { asset } from './i18n.js';

/** @typedef {{code: string, name: string, lat: number, lon: number}} Kelurahan */

/** @type {Promise<{kelurahan: Kelurahan[], sms: string} | null> | null} */
let city = null;

/** What an administrator may change: kelurahan, numbers, seconds. Null while it cannot be had. */
export function cityFacts() {
  city ??= globalThis.siaga.request('/api/v1/city').then((answer) => {
    if (!answer.ok) city = null;
    return answer.ok ? answer.body : null;
  });
  return city;
}

/**
 * Questions to the reporter of a kind, and topics of advice, the likeliest first.
 * @typedef {{questions?: string[], advice?: string[]}} Kind
 */
/** @typedef {{answers: Record<string, string[]> & {'': string[]}, kinds: Record<string, Kind>}} KindTable */

/** @type {Promise<KindTable> | null} */
let table = null;

/**
 * Kinds in their order behind *Lainnya*. Empty without network at the very first visit: the report goes without
 * questions.
 */
export function kindTable() {
  table ??= fetch(asset('data/kinds.json'))
    .then((answer) => answer.json())
    .catch(() => {
      table = null;
      return { answers: { '': [] }, kinds: {} };
    });
  return table;
}
