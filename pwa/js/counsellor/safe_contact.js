// @ts-check
/** Shows the survivor's number for a limited time after the server has checked and recorded safe contact. */

import { ask, t } from '../console/lib/request.js';
import { serverNow } from '../console/lib/server_clock.js';
import { fill, h } from '../lib/dom.js';
import { clock, fault } from './controls.js';

const SCHEMES = /** @type {Record<string, string>} */ ({ call: 'tel:', sms: 'sms:' });
let timer = 0;

/** Handle the gate's form before navigation does, since its response is not a page. */
export function prepareGate() {
  addEventListener('submit', (event) => void checkGate(event), { capture: true });
}

/** @param {SubmitEvent} event */
async function checkGate(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.id !== 'gate') return;
  event.preventDefault();
  const notice = /** @type {HTMLElement} */ (document.getElementById('gate-notice'));
  const answer = await ask(new URL(form.action).pathname, { method: 'POST', form: new FormData(form) });
  if (!answer.ok) return fill(notice, fault(t('not_sent')));
  if (!answer.body.allowed) return fill(notice, fault(t('gate_refused')));
  const { until, channel, phone } = answer.body;
  fill(notice, h('p', { class: 'done' }, t('gate_passed', { at: clock(until) })), phone && number(phone, channel));
  for (const held of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-phone]')))
    if (held.dataset.phone?.trim()) fill(held, number(held.dataset.phone, channel));
  clearTimeout(timer);
  timer = setTimeout(hideNumbers, Math.max(0, Date.parse(until) - serverNow()));
}

/** @param {string} value @param {string | null} channel */
function number(value, channel) {
  const plain = value.replace(/[^\d+]/g, '');
  const scheme = SCHEMES[channel ?? ''];
  return scheme
    ? h('a', { class: 'button small', href: scheme + plain }, t('call_now', { phone: value }))
    : h('strong', null, value);
}

/** Hide every number again. */
export function hideNumbers() {
  clearTimeout(timer);
  document.getElementById('gate-notice')?.replaceChildren();
  for (const held of document.querySelectorAll('[data-phone]')) held.textContent = t('phone_held');
}
