// @ts-check
/** Keeps the survivor's draft only in this page until it is sealed, and builds the report from it. */
import { fetchCity } from '../lib/city.js';
import { lang } from '../lib/i18n.js';
import { utf8 } from './crypto/bytes.js';
import { readers } from './crypto/trusted_roster.js';
import { derive, newReceipt } from './crypto/receipt.js';
import { seal } from './crypto/seal.js';

/** @typedef {import('./crypto/receipt.js').Derived} Derived */
/** @typedef {{channel: string, from_hour: number, until_hour: number, code_word: boolean}} Contact */
/** @typedef {{lat: number, lon: number, accuracy_m: number, at: number}} Fix */
/**
 * @typedef {object} SilentDraft
 * @property {Record<string, string>} answers
 * @property {{no_siren: boolean, plain_clothes: boolean}} approach
 * @property {Contact} contact
 * @property {string} codeWord
 * @property {{words: string, name: string, phone: string}} sealed
 * @property {Fix | null} fix
 * @property {string} kelurahan code, or empty
 * @property {Promise<import('./crypto/roster.js').Roster | null>} roster
 * @property {{code: string, name: string}[]} places kelurahan to choose from
 * @property {string} receipt digits, or empty where there is no WebCrypto
 * @property {Promise<Derived | null>} derived
 * @property {boolean} kept whether the survivor confirmed having kept the receipt
 */

/** Bytes of a report's one body; what does not fit is sent afterwards. */
const ROOM = 16000;
/** @type {Contact} */
export const NO_CONTACT = { channel: 'none', from_hour: 0, until_hour: 24, code_word: false };

/** Begin a draft; roster and receipt are prepared while the survivor reads. @returns {SilentDraft} */
export function begin() {
  const able = !!globalThis.crypto?.subtle;
  const receipt = able ? newReceipt() : '';
  /** @type {SilentDraft} */
  const draft = {
    answers: {},
    approach: { no_siren: false, plain_clothes: false },
    contact: { ...NO_CONTACT },
    codeWord: '',
    sealed: { words: '', name: '', phone: '' },
    fix: null,
    kelurahan: '',
    roster: readers(),
    places: [],
    receipt,
    derived: able ? derive(receipt.replaceAll(' ', '')).catch(() => null) : Promise.resolve(null),
    kept: false,
  };
  void fetchCity().then((cityData) => (draft.places = cityData?.kelurahan ?? []));
  return draft;
}

/** Build the dispatch summary from closed answers only. @param {SilentDraft} draft */
export function dispatchSummary({ answers, approach, contact, fix, kelurahan }) {
  const position = fix && {
    lat: fix.lat,
    lon: fix.lon,
    accuracy_m: fix.accuracy_m,
    age_s: Math.max(0, Math.round((Date.now() - fix.at) / 1000)),
  };
  return {
    ...(position && { position }),
    ...(kelurahan && { kelurahan }),
    ...answers,
    ...approach,
    ...(contact.channel !== 'none' && { contact }),
  };
}

/**
 * Build the report's body, sealed where possible. A failed seal costs the sealed part, never the report.
 * @param {SilentDraft} draft
 * @param {string} key the idempotency key
 * @returns {Promise<{report: object, unsent: boolean}>} unsent: the words did not fit or could not be sealed
 */
export async function reportOf(draft, key) {
  const [roster, derived] = await Promise.all([draft.roster, draft.derived]);
  const wrote = words(draft);
  const plain = JSON.stringify({ ...wrote, ...(derived && { receipt: point(derived) }) });
  const sealed =
    (wrote || derived) &&
    roster &&
    (await seal({ report: key, purpose: 'narrative' }, roster, utf8(plain)).catch(() => null));
  const receipt = derived && { lookup: derived.lookup, proof: derived.proof, public: point(derived) };
  const bare = {
    kind: 'violence_home',
    block: dispatchSummary(draft),
    ...(receipt && { receipt }),
    made_at: new Date().toISOString(),
    locale: lang(),
  };
  const whole = sealed ? { ...bare, sealed } : bare;
  const fits = JSON.stringify(whole).length < ROOM;
  return { report: fits ? whole : bare, unsent: !!wrote && !(sealed && fits) };
}

/**
 * Return the survivor's words, or null. The receipt's public point is sealed with them, so that a changed one on the
 * server is detected.
 * @param {SilentDraft} draft
 */
function words({ sealed, codeWord, contact }) {
  const note = contact.code_word && codeWord.trim() ? `Kata sandi: ${codeWord.trim()}` : '';
  const all = { words: sealed.words.trim(), name: sealed.name.trim(), phone: sealed.phone.trim(), note };
  return Object.values(all).some(Boolean) ? all : null;
}

/** @param {Derived} derived */
const point = ({ pair }) =>
  btoa(String.fromCharCode(...pair.publicKey))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
