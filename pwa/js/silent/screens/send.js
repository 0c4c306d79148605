// @ts-check
/** Sends the call for help (*Kirim bantuan sekarang*): place if known, sealing, outbox, and its true state. */
import { h, icon } from '../../lib/dom.js';
import { later } from '../../lib/lazy_assets.js';
import { t } from '../../lib/i18n.js';
import { keptFirst } from './case_code.js';
import { atEnd, closePanel, hold, show, stands, turn } from '../panel.js';
import { button, calls } from '../controls.js';
import { receiptOf, showSent } from './sent.js';
import { reportOf } from '../report.js';
import { allowed, locate } from '../position.js';

/** @typedef {import('../report.js').SilentDraft} SilentDraft */

/** After this long without a place or a touch, the call for help is sent without a place. */
const CHOOSE_MS = 15000;
/** After this long without an answer, the call links are shown first. */
const PATIENCE_MS = 8000;

/** Return whether this browser sends with the page closed (Background Sync); others send at the next visit. */
const alone = () => 'SyncManager' in globalThis && !!navigator.serviceWorker?.controller;

/** Without cached files, fetch the status page's files here too, as a sent ordinary report would. */
function cover() {
  void Promise.all([import('../../status/status_page.js'), later()]).catch(() => undefined);
}

/** Request help. @param {SilentDraft} draft */
export async function sendHelp(draft) {
  if (draft.fix || draft.kelurahan) return send(draft);
  const able = (await allowed()) !== 'denied';
  const heading = h('h1', null, t('silent.where'));
  const go = () => {
    if (stands(heading)) void send(draft);
  };
  show(
    heading,
    h('p', { class: 'soft' }, able && `${t('silent.place_looking')} `, t('silent.where_how')),
    h(
      'ul',
      { class: 'rows places' },
      draft.places.map(({ code, name }) =>
        h(
          'li',
          null,
          button(name, () => choose(code), 'quiet'),
        ),
      ),
    ),
    button(t('silent.send_unplaced'), go, 'quiet', 'send'),
  );
  let timer = setTimeout(go, CHOOSE_MS);
  const touched = () => {
    clearTimeout(timer);
    timer = setTimeout(go, CHOOSE_MS);
  };
  const hands = ['pointerdown', 'keydown'];
  for (const hand of hands) addEventListener(hand, touched, true);
  atEnd(() => {
    clearTimeout(timer);
    for (const hand of hands) removeEventListener(hand, touched, true);
  });
  if (able) atEnd(locate(draft, (found) => found && go()));

  /** @param {string} code */
  function choose(code) {
    draft.kelurahan = code;
    go();
  }
}

/** @param {string} picture @param {string} line @param {string} more names of words */
const state = (picture, line, more) =>
  h('div', { class: 'panel state' }, icon(picture, 'icon-l'), h('h1', null, t(line)), h('p', null, t(more)));

/** @param {SilentDraft} draft */
async function send(draft) {
  show(state('send', 'silent.sending', 'silent.sending_how'));
  const { outbox, uuid, listen } = globalThis.siaga;
  const key = uuid();
  let here = true;
  let over = false;
  let saved = false;
  let unsent = false;
  let waits = false;
  atEnd(() => (here = false));
  const keeping = reportOf(draft, key).then(async (made) => {
    unsent = made.unsent;
    saved = await outbox.add(made.report, { key, kind: 'violence_home', silent: true });
  });
  hold(keeping);
  const deaf = listen((news) => {
    if (!('key' in news) || news.key !== key || !here) return;
    if (news.what === 'sent') void sent(news.report);
    else if (news.what === 'waiting') waiting();
    else refused();
  });
  atEnd(deaf);
  await keeping;
  const timer = setTimeout(() => over || waiting(), PATIENCE_MS);
  atEnd(() => clearTimeout(timer));
  dispatchEvent(new Event('siaga:send'));
  if (!navigator.onLine && !over) waiting();

  /** Draw the waiting state once; its open question stays until the report is sent or refused. */
  function waiting() {
    if (over || !here || waits) return;
    waits = true;
    wait();
  }

  function wait() {
    turn(
      state(
        'wait',
        'silent.waiting',
        saved ? (alone() ? 'silent.waiting_how' : 'silent.waiting_here') : 'silent.waiting_open',
      ),
      calls(),
      receiptOf(draft, 'silent.receipt_waiting'),
      h(
        'div',
        { class: 'rows' },
        button(t('silent.close'), () => keptFirst(draft, closePanel, wait, turn), 'plain', 'back'),
      ),
    );
  }

  function refused() {
    over = true;
    turn(
      state('warn', 'silent.refused', 'silent.refused_how'),
      calls(),
      button(t('silent.close'), closePanel, 'plain', 'back'),
    );
  }

  /** @param {SiagaReport} stored */
  async function sent(stored) {
    over = true;
    if (!navigator.serviceWorker?.controller) cover();
    showSent(draft, stored, { unsent, readable: !!(await draft.roster) });
  }
}
