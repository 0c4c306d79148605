// @ts-check
/** *Buka kasus saya*: sixteen digits, and nothing of them stays on the phone. */
import { h } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { showCase } from './case.js';
import { show, stands, toStart } from '../panel.js';
import { button, field } from '../controls.js';
import { readers } from '../crypto/trusted_roster.js';
import { derive, readReceipt } from '../crypto/receipt.js';

/**
 * Ask for the code.
 * @param {string} [problem] what went wrong before
 * @param {import('../report.js').SilentDraft} [draft] what she began to answer: going back finds it again
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
