// @ts-check
/** Short advice while one waits, by kind; written for somebody who panics (data/advice.*.json). */
import { fill, h, icon } from '../lib/dom.js';
import { later } from '../lib/lazy_assets.js';
import { metronome } from './cpr_metronome.js';
import { asset, lang, t } from '../lib/i18n.js';

/** What to say for each kind, the likeliest first; every list ends with what holds always. */
const TOPICS = /** @type {const} */ ({
  fire: ['fire', 'burn', 'unconscious'],
  medical: ['unconscious', 'cpr', 'bleeding', 'choking', 'chest_stroke', 'seizure', 'burn', 'birth'],
  accident: ['accident', 'bleeding', 'unconscious', 'cpr'],
  crime: ['danger', 'bleeding'],
  flood: ['flood', 'power_line', 'drowning'],
  riot: ['riot', 'bleeding'],
  drowning: ['drowning', 'cpr'],
  gas_chemical: ['gas', 'chemical', 'unconscious'],
  landslide_storm: ['earthquake', 'landslide', 'storm'],
  wildlife: ['snake', 'snake_bite', 'sting', 'crocodile'],
  power_line: ['power_line', 'cpr', 'burn'],
  tree_down: ['tree_down', 'bleeding'],
  public_order: ['danger'],
  other: ['unconscious', 'bleeding', 'cpr'],
});

/** @typedef {(typeof TOPICS)[keyof typeof TOPICS][number] | 'waiting'} TopicName */

/** @typedef {{ title: string, do: string[], more?: string[], never?: string[], tool?: string }} Topic */

/** @returns {Promise<Record<TopicName, Topic>>} */
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
 * While a report waits for a signal: the likeliest topic right under the state, a tap away, the others behind the call.
 * @param {HTMLElement} near
 * @param {HTMLElement} below
 * @param {string} kind
 */
export async function adviseWaiting(near, below, kind) {
  const names = TOPICS[/** @type {keyof typeof TOPICS} */ (kind)] ?? TOPICS.other;
  const [all] = await Promise.all([topics(), later()]);
  const first = card(all[names[0]], false);
  /** @type {TopicName[]} */
  const others = [...names.slice(1), 'waiting'];
  first.querySelector('summary')?.prepend(icon('info'));
  fill(near, first);
  fill(
    below,
    h(
      'div',
      { class: 'advices' },
      others.map((name) => card(all[name], false)),
    ),
  );
}

/**
 * Advice for a kind, the likeliest topic open.
 * @param {string} kind
 * @returns {Promise<HTMLElement | null>} null where there is nothing to say or it is not on this phone yet
 */
export async function advice(kind) {
  const names = TOPICS[/** @type {keyof typeof TOPICS} */ (kind)];
  if (!names) return null;
  try {
    const all = await topics();
    /** @type {TopicName[]} */
    const shown = [...names, 'waiting'];
    return h(
      'section',
      { class: 'advices', 'aria-labelledby': 'advice-title' },
      h('h2', { id: 'advice-title' }, t('advice.title')),
      shown.map((name, place) => card(all[name], place === 0)),
    );
  } catch {
    return null;
  }
}
