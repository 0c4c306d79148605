// @ts-check
/** Lets the survivor change safe contact or erase the case with the receipt. */
import { h } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { contactFields } from './safe_contact.js';
import { show, stands } from '../panel.js';
import { button } from '../controls.js';
import { ask } from '../receipt_api.js';
import { NO_CONTACT } from '../report.js';

/** @typedef {import('./case.js').Opened} Opened */

/** @param {Opened} opened @param {import('../receipt_api.js').Found} found @param {() => void} back */
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
export function eraseAll({ derived, reopen }, back) {
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
    if (ok) reopen(t('silent.erased'));
  }
}
