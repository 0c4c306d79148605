// @ts-check
/** The case code: shown where it can be written down, and asked after before the screen that shows it is left. */
import { h } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { show } from '../panel.js';
import { button } from '../controls.js';

/** @typedef {import('../report.js').SilentDraft} SilentDraft */

/** The sixteen digits, large. @param {string} receipt */
export const digits = (receipt) =>
  h(
    'p',
    { class: 'code' },
    receipt.split(' ').map((four) => h('span', null, four)),
  );

/** Show it again. @param {string} receipt @param {() => void} back */
export function seeCode(receipt, back) {
  show(
    h('h1', null, t('silent.receipt')),
    digits(receipt),
    h('p', { class: 'soft' }, t('silent.receipt_sent')),
    button(t('app.back'), back, 'plain', 'back'),
  );
}

/**
 * Ask whether she has kept it, until she said so once; then go on.
 * @param {SilentDraft} draft
 * @param {() => void} onward
 * @param {() => void} back
 * @param {(...parts: import('../panel.js').Part[]) => void} [draw]
 */
export function keptFirst(draft, onward, back, draw = show) {
  if (!draft.receipt || draft.kept) return onward();
  draw(
    h('h1', null, t('silent.kept')),
    digits(draft.receipt),
    h('p', null, t('silent.kept_how')),
    button(t('silent.kept_yes'), yes, '', 'check'),
    button(t('silent.kept_no'), back, 'quiet', 'back'),
  );

  function yes() {
    draft.kept = true;
    onward();
  }
}
