// @ts-check
/**
 * Loads and formats texts by language. The server chooses the language (cookie, then browser) and sets <html lang>.
 *
 * locales/{id,en}.json holds the texts of home and the report form (part of the first visit's weight);
 * locales/{id,en}.later.json holds the rest and is loaded by `moreWords()` before a later screen is drawn;
 * locales/{id,en}.silent.json belongs to js/silent/.
 */
const base = new URL('../../', import.meta.url);

/** @type {Record<string, string>} */
const words = {};
/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/** @returns {'id' | 'en'} */
export const lang = () => (document.documentElement.lang === 'en' ? 'en' : 'id');

/** Return the address of a file of this release. @param {string} path */
export const asset = (path) => new URL(path, base).href;

/** @param {string} part */
function load(part) {
  const file = asset(`locales/${lang()}${part}.json`);
  let loaded = loading.get(file);
  if (!loaded) {
    loaded = fetch(file)
      .then((answer) => answer.json())
      .then((found) => void Object.assign(words, found));
    loaded.catch(() => loading.delete(file));
    loading.set(file, loaded);
  }
  return loaded;
}

/** Load the texts of home and the report form. */
export const loadWords = () => load('');

/** Load the texts of the later screens, or of the silent flow. */
export const moreWords = (part = '.later') => load(part);

/**
 * @param {string} key such as `home.call`
 * @param {Record<string, string | number>} [values] fill `{name}` in the sentence
 */
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Return whether a text exists for this key. @param {string} key */
export const has = (key) => key in words;

/** Format the 24-hour time in Bontang: `14.05 WITA`. @param {string | number | Date} when */
export function clock(when) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Asia/Makassar',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(when));
  const part = (/** @type {string} */ type) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('hour')}.${part('minute')} WITA`;
}

/** Format the day in Bontang: `23 Nov`. @param {string | number | Date} when */
export const day = (when) =>
  new Intl.DateTimeFormat(lang(), { timeZone: 'Asia/Makassar', day: 'numeric', month: 'short' }).format(new Date(when));
