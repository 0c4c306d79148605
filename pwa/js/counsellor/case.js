// @ts-check
/** Shows a case: sealed items are fetched on request, opened in the worker and removed when the key locks. */

import { ask, t } from '../console/lib/request.js';
import { fill, h } from '../lib/dom.js';
import { forgetFiles, showFiles } from './attachments.js';
import { hideNumbers } from './safe_contact.js';
import { address, unseal } from './unseal.js';
import { button, clock, fault, faultWords, soft } from './controls.js';
import { showShare } from './share_case.js';
import { room } from './state.js';
import { showTalk, wipeTalk } from './messages.js';

/** @typedef {import('./unseal.js').Item} Item */
/** @typedef {import('./unseal.js').Inside} Inside */

const PLACES = ['statement', 'talk', 'files', 'share'];
const STATEMENT_FIELDS = new Set(['narrative', 'identity', 'location']);

/** @param {string} id */
const place = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Remove everything decrypted from the screen. */
export function wipeCase() {
  forgetFiles();
  hideNumbers();
  wipeTalk();
  if (address()) for (const id of PLACES) fill(place(id), soft(t('locked')));
}

document.addEventListener('siaga:more', () => {
  if (document.getElementById('more-parts') || !address()) return;
  const offer = button(t('more_parts'), mountCase, 'quiet');
  offer.id = 'more-parts';
  place('files').prepend(offer);
});

/** Show what can be opened when the counsellor's own case is on the screen and the key is open. */
export async function mountCase() {
  wipeCase();
  const here = address();
  const key = room.key;
  if (!here || !key) return;
  const answer = await ask(`${here}/isi`);
  if (here !== address() || key !== room.key) return;
  if (!answer.ok) {
    for (const id of PLACES) fill(place(id), soft(t('not_loaded')), button(t('again'), mountCase, 'quiet small'));
    return;
  }
  const inside = /** @type {Inside} */ (answer.body);
  const readable = inside.items.filter(({ keys }) => keys.includes(key));
  fill(place('statement'), ...offer(here, inside, readable));
  showTalk(place('talk'), here, inside, readable);
  showFiles(
    place('files'),
    here,
    inside,
    readable.filter(({ purpose }) => purpose === 'manifest'),
  );
  showShare(place('share'), here);
}

/** @param {string} here @param {Inside} inside @param {Item[]} readable */
function offer(here, inside, readable) {
  const statement = readable.filter(({ purpose }) => STATEMENT_FIELDS.has(purpose));
  const shut = inside.items.filter(
    ({ purpose, keys }) => STATEMENT_FIELDS.has(purpose) && !keys.includes(room.key ?? ''),
  ).length;
  const problem = h('div');
  const go = async () => {
    try {
      const { items, words } = await unseal(here, inside, statement, inside.words);
      fill(
        place('statement'),
        ...items.map(({ item, text }) => statementCard(item, text)),
        words && statementCard(null, JSON.stringify(words)),
      );
    } catch (why) {
      fill(problem, fault(faultWords(why)));
    }
  };
  const nothing = !statement.length && !inside.words;
  return [
    nothing ? soft(t(shut ? 'not_for_you' : 'no_story')) : button(t('open_story'), go),
    nothing ? null : soft(t('open_how')),
    shut && !nothing ? soft(t('more_not_for_you')) : null,
    problem,
  ];
}

const FIELDS = ['words', 'name', 'note', 'landmark', 'phone'];

/** @param {Item | null} item null: words that arrived unsealed @param {string} text JSON, or plain words */
function statementCard(item, text) {
  /** @type {Record<string, unknown>} */
  let statement = { words: text };
  try {
    const read = JSON.parse(text);
    if (read && typeof read === 'object') statement = read;
  } catch {
    statement = { words: text };
  }
  if (statement.phone_held) statement.phone = ' ';
  const rows = FIELDS.filter((name) => typeof statement[name] === 'string' && statement[name]);
  return h(
    'article',
    { class: 'letter' },
    !rows.length && soft(t('nothing_written')),
    item && h('small', { class: 'soft' }, `${t('author_' + item.author)} · ${clock(item.at)}`),
    rows.map((name) => {
      const value = String(statement[name]);
      if (name === 'words') return h('blockquote', null, value);
      if (name === 'phone') return phone(value);
      return h('p', null, h('span', { class: 'soft' }, `${t('field_' + name)}: `), h('strong', null, value));
    }),
  );
}

/** Hide the survivor's number until the safe-contact check has passed. @param {string} value */
const phone = (value) =>
  h(
    'p',
    { class: 'held' },
    h('span', { class: 'soft' }, `${t('field_phone')}: `),
    h('span', { 'data-phone': value }, t('phone_held')),
  );
