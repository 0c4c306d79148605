// @ts-check
/** Loads what every screen after home and the report form needs: texts, styles and pictograms. */
import { asset, moreWords } from './i18n.js';

/** @type {Map<string, Promise<void>>} */
const loaded = new Map();

/**
 * Load an asset once; a failed load can be retried.
 * @param {string} name
 * @param {() => Promise<void>} load
 */
function once(name, load) {
  let promise = loaded.get(name);
  if (!promise) {
    promise = load();
    promise.catch(() => loaded.delete(name));
    loaded.set(name, promise);
  }
  return promise;
}

/**
 * Load a style sheet of this release (or of Leaflet).
 * @param {string} path
 */
export const style = (path) =>
  once(path, () => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = asset(path);
    return new Promise((resolve, reject) => {
      link.onload = () => resolve();
      link.onerror = () => {
        link.remove();
        reject(new Error(path));
      };
      document.head.append(link);
    });
  });

/** Load the pictograms that home does not need, beside those inline in the page. */
const pictograms = () =>
  once('icons', async () => {
    const answer = await fetch(asset('icons/later.svg'));
    const drawing = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml').documentElement;
    document.body.append(document.importNode(drawing, true));
  });

const STYLES = ['css/later.css', 'css/status.css', 'css/advice.css'];

/** Load everything a later screen needs before it is drawn. */
export const later = async () => void (await Promise.all([moreWords(), pictograms(), ...STYLES.map(style)]));
