// @ts-check
/**
 * Words by language. The server chose the language (cookie, then the phone's own) and wrote it into <html lang>.
 *
 * locales/{id,en}.json holds what home and the report form say (it is part of the first visit's weight);
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

/** An address of a file of this release. @param {string} path */
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

/** Words of home and the report form. */
export const loadWords = () => load('');

/** Words of the later screens, or of the silent flow. */
export const moreWords = (part = '.later') => load(part);

/**
 * @param {string} key such as `home.call`
 * @param {Record<string, string | number>} [values] fill `{name}` in the sentence
 */
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Whether there are words for this key. @param {string} key */
export const has = (key) => key in words;

/** 24-hour time in Bontang: `14.05 WITA`. @param {string | number | Date} when */
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

/** Day in Bontang: `23 Nov`. @param {string | number | Date} when */
export const day = (when) =>
  new Intl.DateTimeFormat(lang(), { timeZone: 'Asia/Makassar', day: 'numeric', month: 'short' }).format(new Date(when));
