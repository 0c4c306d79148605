// @ts-check
/** Shows and sends messages between survivor and counsellor, sealed both ways. */
import { fill, h } from '../../lib/dom.js';
import { clock, t } from '../../lib/i18n.js';
import { utf8 } from '../crypto/bytes.js';
import { stands } from '../panel.js';
import { button, calls, field } from '../controls.js';
import { ask } from '../receipt_api.js';
import { open, seal } from '../crypto/seal.js';

/** @typedef {import('../receipt_api.js').Item} Item */

/**
 * Return the receipt's key as a recipient, named as in the roster.
 * @param {import('../crypto/receipt.js').Derived} derived
 */
export async function self({ pair }) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', pair.publicKey));
  const id = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { id, publicKey: pair.publicKey };
}

/**
 * @param {import('./case.js').Opened} opened
 * @param {import('../receipt_api.js').Found} found
 */
export function talk({ derived, roster }, { key }) {
  const thread = h('ol', { class: 'thread' });
  const form = h('div', { class: 'screen' });
  const fault = h('p', { class: 'problem', hidden: true }, t('silent.not_sent'));
  /** @type {Map<string, {mine: boolean, words: string, at: string}>} */
  const texts = new Map();
  const element = h('section', { class: 'panel' }, h('h2', null, t('silent.talk')), thread, form);
  void write();

  async function write() {
    const readers = await roster;
    if (!readers) return fill(form, h('p', { class: 'soft' }, t('silent.talk_no')), calls());
    let typed = '';
    const sending = button(t('silent.send'), () => void go(), '', 'send');
    fill(
      form,
      field(t('silent.write'), { rows: 3, most: 2000 }, (value) => (typed = value)),
      fault,
      sending,
    );

    async function go() {
      const plain = typed.trim();
      if (!plain || !readers) return;
      sending.disabled = true;
      const id = globalThis.siaga.uuid();
      const to = { version: readers.version, recipients: [...readers.recipients, await self(derived)] };
      const sealed = await seal({ report: key, purpose: `chat|${id}` }, to, utf8(plain));
      const answer = await ask('/items', derived, { id, purpose: 'chat', sealed });
      if (!stands(form)) return;
      sending.disabled = false;
      fault.hidden = answer.ok;
      if (!answer.ok) return;
      texts.set(id, { mine: true, words: plain, at: answer.body?.at ?? new Date().toISOString() });
      draw();
      await write();
    }
  }

  /** @param {Item[]} items */
  async function showItems(items) {
    const me = await self(derived);
    const reader = { keyId: me.id, pair: derived.pair };
    for (const { id, purpose, author, at, envelope } of items) {
      if (purpose !== 'chat' || texts.has(id) || !envelope) continue;
      const plain = await open({ report: key, purpose: `chat|${id}` }, reader, envelope).catch(() => null);
      if (plain) texts.set(id, { mine: author === 'reporter', words: new TextDecoder().decode(plain), at });
    }
    draw();
  }

  function draw() {
    const rows = [...texts.values()].sort((a, b) => a.at.localeCompare(b.at));
    fill(
      thread,
      rows.map(({ mine, words, at }) =>
        h(
          'li',
          { class: mine ? 'mine' : null },
          h('small', { class: 'soft' }, `${t(mine ? 'silent.you' : 'silent.counsellor')}, ${clock(at)}`),
          h('p', null, words),
        ),
      ),
    );
    thread.hidden = !rows.length;
  }

  return { element, show: showItems };
}
