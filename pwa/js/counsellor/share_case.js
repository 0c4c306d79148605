// @ts-check
/** Shares a case with a colleague: wraps its content keys for the colleague's key in this browser. */

import { ask, t } from '../console/lib/request.js';
import { fill, h } from '../lib/dom.js';
import { button, fault, faultWords, soft } from './controls.js';
import { room, trust } from './state.js';

const AT_ONCE = 100;

/** @param {HTMLElement} box @param {string} here */
export function showShare(box, here) {
  const colleagues = room.overview?.colleagues ?? [];
  const trusted = trust();
  if (!colleagues.length || !trusted) return fill(box, soft(t('no_colleagues')));
  const which = h(
    'select',
    { id: 'colleague' },
    colleagues.map(({ id, name }) => h('option', { value: id }, name)),
  );
  const notice = h('div', { role: 'status' });
  const go = async () => {
    fill(notice, soft(t('working')));
    try {
      const count = await share(here, which.value);
      fill(notice, h('p', { class: 'done' }, t(count ? 'shared' : 'shared_before', { n: count })));
    } catch (why) {
      fill(notice, fault(faultWords(why)));
    }
  };
  fill(
    box,
    h('label', { for: 'colleague' }, t('colleague')),
    h('div', { class: 'pair' }, which, button(t('share'), go, 'quiet small')),
    notice,
  );
}

/**
 * @param {string} here
 * @param {string} to
 * @returns {Promise<number>} number of items newly readable for the colleague
 */
async function share(here, to) {
  const answer = await ask(`${here}/bungkus?kunci=${room.key}&untuk=${to}`);
  if (!answer.ok) throw new Error('not_loaded');
  const { report, items } = /** @type {{report: string, items: {id: string, purpose: string, parts: object}[]}} */ (
    answer.body
  );
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const some = items.slice(start, start + AT_ONCE);
    const sealedItems = some.map(({ purpose, parts }) => ({ context: { report, purpose }, parts }));
    const made = /** @type {string[]} */ (await room.vault.ask('rewrap', { trust: trust(), to, items: sealedItems }));
    const wraps = Object.fromEntries(some.map(({ id }, index) => [id, made[index]]));
    const kept = await ask(`${here}/bungkus`, { method: 'POST', json: { key: room.key, to, wraps } });
    if (!kept.ok) throw new Error('not_kept');
  }
  return items.length;
}
