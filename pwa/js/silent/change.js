// @ts-check
/** What she may change with her receipt: how she is reached, and whether anything stays readable. */
import { h } from '../dom.js';
import { t } from '../words.js';
import { contactFields } from './contact.js';
import { openCase } from './enter.js';
import { show, stands } from './panel.js';
import { button } from './parts.js';
import { ask } from './receipts.js';
import { NO_CONTACT } from './told.js';

/** @typedef {import('./case.js').Opened} Opened */

/** @param {Opened} opened @param {import('./receipts.js').Found} found @param {() => void} back */
export function changeContact({ derived }, found, back) {
  const contact = { ...NO_CONTACT, ...found.contact };
  const fault = h('p', { class: 'problem', hidden: true }, t('silent.not_sent'));
  const save = button(t('silent.save'), () => void go(), '', 'check');
  show(
    h('h1', null, t('silent.change_contact')),
    contactFields(contact, 'silent.contact_talk'),
    fault,
    save,
    button(t('app.back'), back, 'plain', 'back'),
  );

  async function go() {
    save.disabled = true;
    const { ok } = await ask('/contact', derived, { contact });
    if (!stands(save)) return;
    save.disabled = false;
    fault.hidden = ok;
    if (!ok) return;
    found.contact = contact;
    back();
  }
}

/** @param {Opened} opened @param {() => void} back */
export function eraseAll({ derived }, back) {
  const fault = h('p', { class: 'problem', hidden: true }, t('silent.not_sent'));
  const erase = button(t('silent.erase_yes'), () => void go(), 'quiet', 'trash');
  show(
    h('h1', null, t('silent.erase')),
    h('p', null, t('silent.erase_how')),
    fault,
    button(t('silent.erase_no'), back, '', 'back'),
    erase,
  );

  async function go() {
    erase.disabled = true;
    const { ok } = await ask('/erase', derived);
    if (!stands(erase)) return;
    erase.disabled = false;
    fault.hidden = ok;
    if (ok) openCase(t('silent.erased'));
  }
}
