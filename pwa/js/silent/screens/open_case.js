// @ts-check
/** Opens a case from its sixteen digits (*Buka kasus saya*), without storing them on the phone. */
import { h } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { showCase } from './case.js';
import { show, stands, toStart } from '../panel.js';
import { button, field } from '../controls.js';
import { readers } from '../crypto/trusted_roster.js';
import { derive, readReceipt } from '../crypto/receipt.js';

/**
 * Show the code field.
 * @param {string} [problem] message about the last attempt
 * @param {import('../report.js').SilentDraft} [draft] the begun draft, restored when going back
 */
export function openCase(problem = '', draft) {
  let typed = '';
  const fault = h('p', { class: 'problem', hidden: !problem }, problem);
  const say = (/** @type {string} */ words) => {
    fault.textContent = words;
    fault.hidden = !words;
  };
  const going = button(t('silent.open'), () => void go(), '', 'next');
  show(
    h('h1', null, t('silent.open_case')),
    globalThis.crypto?.subtle
      ? [
          field(
            t('silent.receipt'),
            { mode: 'numeric', most: 24, hint: t('silent.code_where') },
            (value) => (typed = value),
          ),
          fault,
          going,
        ]
      : h('p', { class: 'problem' }, t('silent.no_receipt')),
    button(t('app.back'), () => toStart(draft), 'plain', 'back'),
  );

  async function go() {
    const digits = readReceipt(typed);
    if (!digits) return say(t('silent.code_wrong'));
    say('');
    going.disabled = true;
    going.textContent = t('silent.opening');
    const derived = await derive(digits);
    if (!stands(going)) return;
    const problem = await showCase({ derived, roster: readers(), reopen: openCase }, going);
    if (!problem || !stands(going)) return;
    going.disabled = false;
    going.textContent = t('silent.open');
    say(t(problem));
  }
}
