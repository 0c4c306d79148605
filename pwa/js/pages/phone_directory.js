// @ts-check
/** Shows *Nomor lain*, the directory that an administrator edits; the last fetched numbers stay on the phone. */
import { fill, h, icon } from '../lib/dom.js';
import { later } from '../lib/lazy_assets.js';
import { fetchCity } from '../lib/city.js';
import { settings } from '../lib/store.js';
import { has, t } from '../lib/i18n.js';

/** @typedef {{ code: string, name: string, phone: string }} DirectoryNumber */

/** Format `+628115940777` for reading: `+62 811-5940-777`. @param {string} phone */
export function spoken(phone) {
  const [, code, rest] = /^(\+62)(\d{7,})$/.exec(phone) ?? [];
  return code && rest ? `${code} ${rest.slice(0, 3)}-${rest.slice(3, 7)}-${rest.slice(7)}` : phone;
}

/** @returns {Promise<DirectoryNumber[]>} */
async function directory() {
  const cityData = /** @type {{numbers?: DirectoryNumber[]} | null} */ (/** @type {unknown} */ (await fetchCity()));
  if (cityData?.numbers) await settings.put('numbers', cityData.numbers).catch(() => undefined);
  return cityData?.numbers ?? (await settings.get('numbers', []).catch(() => []));
}

/** @param {HTMLElement} root @returns {Promise<void>} */
export async function showNumbers(root) {
  await later();
  const numbers = await directory();
  fill(
    root,
    h('h1', null, t('numbers.title')),
    h('p', null, t('numbers.first')),
    h(
      'a',
      { class: 'call', href: 'tel:112' },
      icon('phone', 'icon-l'),
      h('span', null, t('call.112'), h('small', null, t('call.free'))),
    ),
    numbers.length
      ? h(
          'ul',
          { class: 'rows' },
          numbers.filter(({ phone }) => phone !== '112').map((number) => h('li', null, line(number))),
        )
      : h('p', { class: 'old' }, icon('wait'), t('numbers.away')),
    h('p', { class: 'soft' }, t('numbers.not_urgent')),
  );
}

/** @param {DirectoryNumber} number */
function line({ code, name, phone }) {
  const chat = code.endsWith('_whatsapp');
  const href = chat ? `https://wa.me/${phone.replace(/\D/g, '')}` : `tel:${phone}`;
  const words = h(
    'span',
    { class: 'grow' },
    has(`number.${code}`) ? t(`number.${code}`) : name,
    h('small', { class: 'soft' }, spoken(phone)),
  );
  return h('a', { class: 'row', href, rel: 'noreferrer' }, icon(chat ? 'sms' : 'phone'), words, icon('next'));
}
