// @ts-check
/** Shows how to install the app: the browser's own prompt where it has one, drawn steps elsewhere. */
import { fill, h, icon } from '../lib/dom.js';
import { picture } from './install_pictures.js';
import { later } from '../lib/lazy_assets.js';
import { installed, needsInstall } from '../status/push_opt_in.js';
import { t } from '../lib/i18n.js';

const STEPS = /** @type {const} */ ({ iphone: ['i1', 'i2', 'i3', 'i4'], android: ['a1', 'a2', 'a3'] });

/** @param {HTMLElement} root @returns {Promise<void>} */
export async function showInstall(root) {
  await later();
  const first = needsInstall()
    ? /** @type {const} */ (['iphone', 'android'])
    : /** @type {const} */ (['android', 'iphone']);
  fill(
    root,
    h('h1', null, t('install.title')),
    h('p', null, t('install.why')),
    installed() ? h('p', { class: 'good' }, icon('check'), t('install.done')) : ask(),
    first.map(guide),
  );
}

/** Build the button that opens the browser's install prompt; null where the browser offered none. */
function ask() {
  const offer = globalThis.siaga.installOffer;
  if (!offer) return null;
  return h(
    'button',
    { type: 'button', class: 'button', onclick: () => void offer.prompt() },
    icon('install'),
    t('install.now'),
  );
}

/** @param {'iphone' | 'android'} phone */
const guide = (phone) =>
  h(
    'section',
    { 'aria-labelledby': `${phone}-title` },
    h('h2', { id: `${phone}-title` }, t(`install.${phone}`)),
    h(
      'ol',
      { class: 'guide' },
      STEPS[phone].map((step) => h('li', null, picture(step), h('p', null, t(`install.${step}`)))),
    ),
  );
