// @ts-check
/** Reads and writes the phone's database, store by store. Writing resolves once the row is on disk. */
import '../worker/shared.js';

const { database, uuid } = globalThis.siaga;
export { uuid };

/** @template T @param {string} store */
const rows = (store) => ({
  /** @param {string} key @returns {Promise<T | undefined>} */
  get: (key) => database.get(store, key),
  /** @returns {Promise<T[]>} */
  all: () => database.all(store),
  /** @param {T & object} row */
  put: (row) => database.put(store, row),
  /** Change a row if it still exists, in one transaction. @param {string} key @param {Partial<T>} change */
  amend: (key, change) =>
    database.transact([store], 'readwrite', (t) => {
      const all = t.objectStore(store);
      const found = all.get(key);
      found.onsuccess = () => found.result && all.put({ ...found.result, ...change });
    }),
  /** @param {string} key */
  remove: (key) => database.remove(store, key),
});

export const drafts = /** @type {ReturnType<typeof rows<SiagaDraft>>} */ (rows('drafts'));
export const reports = /** @type {ReturnType<typeof rows<SiagaReport>>} */ (rows('reports'));
export const followups = /** @type {ReturnType<typeof rows<SiagaFollowup>>} */ (rows('followups'));
export const photos = /** @type {ReturnType<typeof rows<SiagaPhoto>>} */ (rows('photos'));

/** Small values by name: language, whether position was allowed, whether push was declined, … */
export const settings = {
  /** @param {string} key @param {any} [otherwise] */
  get: async (key, otherwise = null) => (await database.get('settings', key))?.value ?? otherwise,
  /** @param {string} key @param {any} value */
  put: (key, value) => database.put('settings', { key, value }),
  /** @param {string} key */
  remove: (key) => database.remove('settings', key),
};
