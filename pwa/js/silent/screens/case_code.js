// @ts-check
/** Shows the case code to write down, and asks whether it was kept before its screen is left. */
import { h } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { show } from '../panel.js';
import { button } from '../controls.js';

/** @typedef {import('../report.js').SilentDraft} SilentDraft */

/** Build the sixteen digits, large. @param {string} receipt */
export const digits = (receipt) =>
  h(
    'p',
    { class: 'code' },
    receipt.split(' ').map((four) => h('span', null, four)),
  );

/** Show the code again. @param {string} receipt @param {() => void} back */
export function seeCode(receipt, back) {
  show(
    h('h1', null, t('silent.receipt')),
    digits(receipt),
    h('p', { class: 'soft' }, t('silent.receipt_sent')),
    button(t('app.back'), back, 'plain', 'back'),
  );
}

/**
 * Ask whether the code was kept, until confirmed once; then continue.
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
