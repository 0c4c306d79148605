// @ts-check
/** Shows short advice by kind while the reporter waits, written for stress (data/advice.*.json). */
import { fill, h, icon } from '../lib/dom.js';
import { fetchKinds } from '../lib/city.js';
import { later } from '../lib/lazy_assets.js';
import { metronome } from './cpr_metronome.js';
import { asset, lang, t } from '../lib/i18n.js';

/** @typedef {{ title: string, do: string[], more?: string[], never?: string[], tool?: string }} Topic */

/** @returns {Promise<Record<string, Topic>>} */
async function topics() {
  const answer = await fetch(asset(`data/advice.${lang()}.json`));
  return answer.json();
}

/** @param {Topic} topic @param {boolean} open */
function card(topic, open) {
  const beat = topic.tool === 'metronome' ? metronome() : null;
  const details = h(
    'details',
    { class: 'advice', name: 'advice', open },
    h('summary', null, h('h3', null, topic.title), icon('next', 'turn')),
    beat?.element,
    h(
      'ol',
      { class: 'steps' },
      topic.do.map((step) => h('li', null, step)),
    ),
    topic.more &&
      h(
        'ul',
        { class: 'more' },
        topic.more.map((step) => h('li', null, step)),
      ),
    topic.never &&
      h(
        'ul',
        { class: 'never' },
        topic.never.map((step) => h('li', null, icon('close'), h('span', null, step))),
      ),
  );
  if (beat) details.addEventListener('toggle', () => details.open || beat.stop());
  return details;
}

/**
 * Build cards for the topics that exist, in this order.
 * @param {Record<string, Topic>} all
 * @param {string[]} names
 * @param {boolean} firstOpen
 */
function cards(all, names, firstOpen) {
  return names.flatMap((name, index) => {
    const topic = all[name];
    return topic ? [card(topic, firstOpen && index === 0)] : [];
  });
}

/**
 * Show advice while a report waits for a signal: the likeliest topic right under the state, closed, the others below
 * the call.
 * @param {HTMLElement} near
 * @param {HTMLElement} below
 * @param {string} kind
 */
export async function adviseWaiting(near, below, kind) {
  const [{ kinds }, all] = await Promise.all([fetchKinds(), topics(), later()]);
  const names = kinds[kind]?.advice ?? kinds.other?.advice ?? [];
  const [first, ...others] = cards(all, [...names, 'waiting'], false);
  first?.querySelector('summary')?.prepend(icon('info'));
  fill(near, first);
  fill(below, h('div', { class: 'advices' }, others));
}

/**
 * Build the advice for a kind, the likeliest topic open.
 * @param {string} kind
 * @returns {Promise<HTMLElement | null>} null when there is no advice or it is not on this phone yet
 */
export async function advice(kind) {
  const names = (await fetchKinds()).kinds[kind]?.advice;
  if (!names) return null;
  try {
    const all = await topics();
    return h(
      'section',
      { class: 'advices', 'aria-labelledby': 'advice-title' },
      h('h2', { id: 'advice-title' }, t('advice.title')),
      cards(all, [...names, 'waiting'], true),
    );
  } catch {
    return null;
  }
}
