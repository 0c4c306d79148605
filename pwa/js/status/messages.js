// @ts-check
/** Sends the reporter's three signals and messages to the operator. Each is stored first, then sent when possible. */
import '../worker/followup_outbox.js';
import { fill, h, icon } from '../lib/dom.js';
import { listen } from '../lib/request.js';
import { followups } from '../lib/store.js';
import { clock, t } from '../lib/i18n.js';

const SIGNALS = /** @type {const} */ ([
  ['still_happening', 'warn'],
  ['safe', 'safe'],
  ['arrived', 'arrived'],
]);
/** A second tap within this time is the same tap. */
const SAME_TAP_MS = 5000;
const LONGEST = 1000;

/** @param {SiagaFollowup} row */
function where(row) {
  if (row.state === 'done') return t('follow.sent', { time: clock(row.done_at ?? row.made_at) });
  return t(row.state === 'refused' ? 'follow.refused' : 'follow.waiting');
}

/** @param {string} id of the report */
async function kept(id) {
  const rows = (await followups.all().catch(() => [])).filter((row) => row.report_id === id);
  return rows.sort((a, b) => a.made_at.localeCompare(b.made_at));
}

/**
 * @param {string} id of the report
 * @returns {{element: HTMLElement, refresh: () => Promise<void>}}
 */
export function signals(id) {
  const buttons = SIGNALS.map(([name, picture]) => {
    const line = h('small', { class: 'soft' });
    const words = h('span', { class: 'grow' }, t(`signal.${name}`), line);
    const button = h('button', { type: 'button', class: 'row', onclick: () => tap(name) }, icon(picture), words);
    return { name, line, button };
  });

  /** @param {string} name */
  async function tap(name) {
    const last = (await kept(id)).filter((row) => row.content === name).at(-1);
    if (last && Date.now() - Date.parse(last.made_at) < SAME_TAP_MS) return;
    await globalThis.siaga.follow?.(id, 'signal', name);
    await refresh();
  }

  async function refresh() {
    const rows = await kept(id);
    for (const { name, line, button } of buttons) {
      const last = rows.filter((row) => row.what === 'signal' && row.content === name).at(-1);
      fill(line, last && where(last));
      button.classList.toggle('signalled', last?.state === 'done');
    }
  }

  const element = h(
    'section',
    { 'aria-labelledby': 'signals-title' },
    h('h2', { id: 'signals-title' }, t('signal.title')),
    h(
      'div',
      { class: 'rows', 'aria-live': 'polite' },
      buttons.map(({ button }) => button),
    ),
  );
  return { element, refresh };
}

/**
 * @param {string} id of the report
 * @returns {{element: HTMLElement, show: (messages: SiagaMessage[]) => Promise<void>}}
 */
export function conversation(id) {
  const list = h('ul', { class: 'talk', 'aria-live': 'polite' });
  const box = h('textarea', { id: 'message', rows: 2, maxlength: LONGEST, autocomplete: 'off' });
  const form = h(
    'form',
    { class: 'field', onsubmit: send },
    h('label', { for: 'message' }, t('talk.write')),
    box,
    h('button', { class: 'button quiet' }, icon('send'), t('talk.send')),
  );
  let drawn = '';

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    const words = box.value.trim();
    if (!words) return box.focus();
    await globalThis.siaga.follow?.(id, 'message', words);
    box.value = '';
    await show(known);
  }

  /** @type {SiagaMessage[]} */
  let known = [];

  /** @param {SiagaMessage[]} messages as the server has them */
  async function show(messages) {
    known = messages;
    const there = new Set(messages.map((message) => message.id));
    const own = (await kept(id)).filter((row) => row.what === 'message' && !there.has(row.id));
    const rows = [
      ...messages.map(({ from, at, text, read_at }) => ({
        mine: from === 'reporter',
        text,
        at,
        line: from === 'reporter' && read_at ? `${clock(at)} · ${t('talk.read', { time: clock(read_at) })}` : clock(at),
      })),
      ...own.map((row) => ({ mine: true, text: row.content, at: row.made_at, line: where(row) })),
    ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    const now = JSON.stringify(rows);
    if (now === drawn) return;
    drawn = now;
    list.hidden = !rows.length;
    fill(
      list,
      rows.map(({ mine, text, line }) =>
        h(
          'li',
          { class: mine ? 'mine' : '' },
          h('strong', null, t(mine ? 'talk.you' : 'talk.operator')),
          h('p', null, text),
          h('small', null, line),
        ),
      ),
    );
  }

  const element = h(
    'section',
    { 'aria-labelledby': 'talk-title' },
    h('h2', { id: 'talk-title' }, t('talk.title')),
    list,
    form,
  );
  return { element, show };
}

/**
 * Call `moved` whenever a follow-up of this report was sent or refused.
 * @param {string} id
 * @param {() => void} moved
 */
export const heard = (id, moved) =>
  listen((news) => void (news.what === 'followup' && news.report_id === id && moved()));
