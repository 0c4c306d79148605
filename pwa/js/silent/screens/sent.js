// @ts-check
/**
 * Shows a sent report's progress (received, opened, on the way), the case code, short signals to dispatch, and the
 * link to the case.
 */
import { h, icon } from '../../lib/dom.js';
import { alarmAt, track } from '../../status/poll.js';
import { clock, t } from '../../lib/i18n.js';
import { showCase } from './case.js';
import { openCase } from './open_case.js';
import { digits, keptFirst } from './case_code.js';
import { atEnd, closePanel, moved, show, stands } from '../panel.js';
import { button, calls } from '../controls.js';

/** @typedef {import('../report.js').SilentDraft} SilentDraft */

const SIGNALS = ['still_happening', 'safe', 'arrived', 'over'];

/**
 * Build four short signals to dispatch; each is shown as sent only after the server has stored it.
 * @param {SiagaReport} stored
 */
function signals({ id, token }) {
  const ways = SIGNALS.map((signal) => {
    const way = button(t(`silent.signal.${signal}`), () => void go(), 'quiet');
    return way;

    async function go() {
      way.disabled = true;
      const answer = await globalThis.siaga.request(`/api/v1/reports/${id}/signals`, {
        method: 'POST',
        token,
        json: { signal },
      });
      if (!stands(way)) return;
      way.disabled = false;
      way.replaceChildren(
        ...(answer.ok ? [icon('check'), t('silent.signal_sent', { time: clock(Date.now()) })] : [t('silent.not_sent')]),
      );
      moved();
    }
  });
  return h('div', { class: 'panel' }, h('h2', null, t('silent.signals')), h('div', { class: 'signals' }, ways));
}

/** Build the receipt, or a note without one. @param {SilentDraft} draft @param {string} how key of the text below */
export const receiptOf = ({ receipt }, how) =>
  h(
    'div',
    { class: 'screen' },
    receipt
      ? [h('h2', null, t('silent.receipt')), digits(receipt), h('p', { class: 'soft' }, t(how))]
      : h('p', { class: 'soft' }, t('silent.no_receipt')),
  );

/**
 * @param {SilentDraft} draft
 * @param {SiagaReport} stored the server's response
 * @param {{unsent: boolean, readable: boolean, problem?: string}} how unsent: the words were not included;
 *   readable: there is a roster to seal to
 */
export function showSent(draft, stored, how) {
  const state = h('div', { class: 'panel state' });
  const urgent = h('div', { class: 'screen' });
  const steps = h('ol', { class: 'steps' });
  const back = () => showSent(draft, stored, { ...how, problem: '' });
  show(
    state,
    urgent,
    how.problem && h('p', { class: 'problem' }, how.problem),
    receiptOf(draft, 'silent.receipt_sent'),
    how.unsent && h('p', { class: 'problem' }, t(how.readable ? 'silent.unsent' : 'silent.unsent_no')),
    steps,
    signals(stored),
    draft.receipt &&
      button(
        t(how.readable ? 'silent.add_more' : 'silent.open_case'),
        () => keptFirst(draft, () => void more(), back),
        '',
        'next',
      ),
    h(
      'div',
      { class: 'rows' },
      button(t('silent.close'), () => keptFirst(draft, closePanel, back), 'plain', 'back'),
    ),
  );
  let late = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let bell;
  unopened(false);
  atEnd(track({ id: stored.id, token: stored.token }, follow));
  atEnd(() => clearTimeout(bell));

  /** @param {import('../../status/poll.js').Known} known */
  function follow(known) {
    clearTimeout(bell);
    const rings = alarmAt(known);
    const is = rings !== null && rings <= Date.now();
    if (rings !== null && !is) bell = setTimeout(() => follow(known), rings - Date.now() + 50);
    if (is !== late) unopened((late = is));
    const rungs = (known.status?.ladder ?? []).filter(({ name }) => name !== 'received');
    if (rungs.length === steps.childElementCount) return;
    steps.replaceChildren(
      ...rungs.map(({ name, at }) => h('li', null, icon('check'), `${t('silent.rung.' + name)}, ${clock(at)}`)),
    );
    moved();
  }

  /** Show the call links first while the report is unopened past its limit. @param {boolean} is */
  function unopened(is) {
    urgent.replaceChildren(...(is ? [calls()] : []));
    if (is) say('warn', t('silent.unopened'), t('silent.unopened_how'));
    else say('check', t('silent.sent', { time: clock(stored.sent_at) }), t('silent.sent_how'));
  }

  /** @param {string} picture @param {string} line @param {string} more */
  function say(picture, line, more) {
    state.replaceChildren(icon(picture, 'icon-l'), h('h1', null, line), h('p', null, more));
    moved();
  }

  async function more() {
    const here = h('h1', null, t('silent.opening'));
    show(
      h('div', { class: 'panel state' }, icon('list', 'icon-l'), here),
      button(t('app.back'), back, 'plain', 'back'),
    );
    const derived = await draft.derived;
    const problem = derived
      ? await showCase({ derived, roster: draft.roster, code: draft.receipt, back, reopen: openCase }, here)
      : 'silent.no_receipt';
    if (problem && stands(here)) showSent(draft, stored, { ...how, problem: t(problem) });
  }
}
