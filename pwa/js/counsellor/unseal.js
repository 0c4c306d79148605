// @ts-check
/** Lists and opens the sealed items of the case on the screen. */

import { ask } from '../console/lib/request.js';
import { room, ROOM } from './state.js';

/** @typedef {{id: string, purpose: string, author: string, at: string, keys: string[], file: string | null}} Item */
/** @typedef {{report: string, receipt: string | null, words: boolean, items: Item[]}} Inside */

/** @returns {string | null} address of the case on the screen when it is assigned to this counsellor */
export function address() {
  const head = document.getElementById('case');
  return head?.dataset.own === '1' ? `${ROOM}/kasus/${head.dataset.id}` : null;
}

/**
 * Fetch items (each is one entry of the case log) and open them in the worker.
 * @param {string} here @param {Inside} inside @param {Item[]} items @param {boolean} [withWords]
 * @returns {Promise<{items: {item: Item, text: string}[], words: object | null}>}
 */
export async function unseal(here, inside, items, withWords = false) {
  const json = { key: room.key, items: items.map(({ id }) => id), words: withWords };
  const answer = await ask(`${here}/buka`, { method: 'POST', json });
  if (!answer.ok) throw new Error('not_loaded');
  const opened = [];
  for (const { id, purpose, parts } of answer.body.items) {
    const item = /** @type {Item} */ (items.find((entry) => entry.id === id));
    const text = await room.vault.ask('unseal', { context: { report: inside.report, purpose }, parts });
    opened.push({ item, text });
  }
  const words = answer.body.words;
  return { items: opened, words: words && Object.keys(words).length ? words : null };
}
