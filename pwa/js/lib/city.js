// @ts-check
/** Fetches the city's data that an administrator edits, and the table of kinds. Each is fetched once. */
import { asset } from './i18n.js';

/** @typedef {{code: string, name: string, lat: number, lon: number}} Kelurahan */

/** @type {Promise<{kelurahan: Kelurahan[], sms: string} | null> | null} */
let city = null;

/** Return the data that an administrator edits: kelurahan, numbers, seconds. Null while it cannot be fetched. */
export function fetchCity() {
  city ??= globalThis.siaga.request('/api/v1/city').then((answer) => {
    if (!answer.ok) city = null;
    return answer.ok ? answer.body : null;
  });
  return city;
}

/**
 * A kind's questions to the reporter and its advice topics, the likeliest first.
 * @typedef {{questions?: string[], advice?: string[]}} Kind
 */
/** @typedef {{answers: Record<string, string[]> & {'': string[]}, kinds: Record<string, Kind>}} KindTable */

/** @type {Promise<KindTable> | null} */
let table = null;

/**
 * Return the kinds in their order behind *Lainnya*. Empty without network at the first visit: the report is sent
 * without questions.
 */
export function fetchKinds() {
  table ??= fetch(asset('data/kinds.json'))
    .then((answer) => answer.json())
    .catch(() => {
      table = null;
      return { answers: { '': [] }, kinds: {} };
    });
  return table;
}
