// @ts-check
/**
 * Shows the legal notice after many reports, and a report declared false with its expiry and appeal.
 */
import { h, icon } from '../lib/dom.js';
import { request } from '../lib/request.js';
import { day, t } from '../lib/i18n.js';

/**
 * @param {{id: string, token: string}} report
 * @param {SiagaStatus} status
 * @returns {HTMLElement | null}
 */
export function strikeNotice({ id, token }, { strike, caution }) {
  if (!strike) return caution ? panel('info', t('law.title'), h('p', null, t('law.words'))) : null;
  const until = day(strike.expires_at);
  if (strike.state === 'expired') return null;
  if (strike.state !== 'active')
    return panel('info', t('strike.title'), h('p', null, t(`strike.${strike.state}`, { until })));
  const words = h('textarea', { id: 'appeal', rows: 3, maxlength: 1000, autocomplete: 'off' });
  const fault = h('p', { class: 'problem', role: 'alert', hidden: true }, t('strike.not_sent'));
  const place = panel(
    'warn',
    t('strike.title'),
    h('p', null, t('strike.words', { until })),
    h('label', { for: 'appeal' }, t('strike.appeal_how')),
    words,
    fault,
    h('button', { type: 'button', class: 'button quiet', onclick: () => void send() }, t('strike.send')),
  );
  return place;

  async function send() {
    if (!words.value.trim()) return words.focus();
    const answer = await request(`/api/v1/reports/${id}/appeal`, {
      method: 'POST',
      token,
      json: { words: words.value },
    });
    fault.hidden = answer.ok;
    if (answer.ok)
      place.replaceWith(panel('check', t('strike.title'), h('p', { role: 'status' }, t('strike.appealed'))));
  }
}

/** @param {string} picture @param {string} title @param {...HTMLElement} parts */
const panel = (picture, title, ...parts) =>
  h('section', { class: 'panel fairness', 'aria-label': title }, h('h2', null, icon(picture), title), ...parts);
