// @ts-check
/** Shows and sends messages between counsellor and survivor, sealed in the worker both ways. */

import { ask, t } from '../console/lib/request.js';
import { fill, h } from '../lib/dom.js';
import { address, unseal } from './unseal.js';
import { button, clock, fault, faultWords, soft } from './controls.js';
import { room, trust } from './state.js';

/** @typedef {import('./unseal.js').Item} Item */
/** @typedef {import('./unseal.js').Inside} Inside */

const LOOK_MS = 15_000;
const MOST = 4000;
let timer = 0;

export const wipeTalk = () => clearInterval(timer);

/** @param {HTMLElement} box @param {string} here @param {Inside} inside @param {Item[]} readable */
export function showTalk(box, here, inside, readable) {
  /** @type {Map<string, {author: string, at: string, text: string}>} */
  const heard = new Map();
  let waiting = readable.filter(({ purpose }) => purpose === 'chat');
  const list = h('ol', { class: 'talk' });
  const more = h('div');
  const problem = h('div');
  let unchecked = false;
  fill(box, list, more, problem, form());
  offer();
  clearInterval(timer);
  timer = setInterval(() => void look(), LOOK_MS);

  function draw() {
    const rows = [...heard.values()].sort((item, other) => item.at.localeCompare(other.at));
    fill(
      list,
      rows.map(({ author, at, text }) =>
        h(
          'li',
          { class: author === 'counsellor' ? 'from-operator' : 'from-reporter' },
          h('p', null, text),
          h('small', null, `${t('author_' + author)} · ${clock(at)}`),
        ),
      ),
    );
    list.hidden = !rows.length;
  }

  function offer() {
    draw();
    if (waiting.length) fill(more, button(t('open_messages', { n: waiting.length }), open, 'quiet'));
    else fill(more, heard.size ? null : soft(t('no_messages')));
  }

  async function open() {
    const request = waiting;
    try {
      const { items } = await unseal(here, inside, request);
      for (const { item, text } of items) heard.set(item.id, { ...item, text });
      waiting = waiting.filter(({ id }) => !heard.has(id));
      fill(problem);
      offer();
    } catch (why) {
      fill(problem, fault(faultWords(why)));
    }
  }

  async function look() {
    const answer = await ask(`${here}/isi`);
    if (!answer.ok || address() !== here || !room.key) return;
    const others = (/** @type {Item[]} */ items) => items.filter(({ purpose }) => purpose !== 'chat').length;
    if (others(answer.body.items) > others(inside.items)) document.dispatchEvent(new CustomEvent('siaga:more'));
    const fresh = /** @type {Item[]} */ (answer.body.items).filter(
      ({ id, purpose, keys }) => purpose === 'chat' && keys.includes(room.key ?? '') && !heard.has(id),
    );
    if (fresh.length === waiting.length) return;
    waiting = fresh;
    offer();
  }

  function form() {
    if (!inside.receipt) return soft(t('no_receipt'));
    if (!trust()) return soft(t('no_roster'));
    const words = h('textarea', { id: 'answer', rows: 3, maxlength: MOST, required: true, autocomplete: 'off' });
    const go = h('button', { class: 'button' }, t('send'));
    const whole = h(
      'form',
      { class: 'write' },
      h('label', { for: 'answer' }, t('answer')),
      soft(t('answer_how')),
      words,
      go,
    );
    whole.addEventListener('submit', async (event) => {
      event.preventDefault();
      const text = words.value.trim();
      if (!text) return;
      go.disabled = true;
      try {
        heard.set(await send(text), { author: 'counsellor', at: new Date().toISOString(), text });
        words.value = '';
        fill(problem);
        offer();
      } catch (why) {
        unchecked = why instanceof Error && why.message === 'unchecked';
        fill(problem, fault(faultWords(why)));
      }
      go.disabled = false;
    });
    return whole;
  }

  /** Open the story so that the worker learns the receipt's public point sealed with it. */
  async function compare() {
    const stories = readable.filter(({ purpose }) => purpose === 'narrative');
    if (stories.length && !(await room.vault.ask('compared', { report: inside.report })))
      await unseal(here, inside, stories);
  }

  /** @param {string} text @returns {Promise<string>} the item's id; rejects when the server has not stored it */
  async function send(text) {
    const id = crypto.randomUUID();
    const context = { report: inside.report, purpose: `chat|${id}` };
    await compare();
    const request = { context, trust: trust(), receipt: inside.receipt, words: text, unchecked };
    const sealed = await room.vault.ask('answer', request);
    const answer = await ask(`${here}/pesan`, { method: 'POST', json: { id, sealed } });
    if (!answer.ok) throw new Error(answer.status === 422 ? 'older' : 'not_sent');
    return id;
  }
}
