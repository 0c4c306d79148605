// @ts-check
/** Shows the case opened by a receipt: progress, views, messages, evidence, contact and erasure. */
import { fill, h, icon } from '../../lib/dom.js';
import { clock, day, has, t } from '../../lib/i18n.js';
import { changeContact, eraseAll } from './change_or_erase.js';
import { seeCode } from './case_code.js';
import { evidence } from './evidence.js';
import { atEnd, closePanel, moved, show, stands } from '../panel.js';
import { button, row } from '../controls.js';
import { ask } from '../receipt_api.js';
import { talk } from './messages.js';

/** @typedef {import('../receipt_api.js').Found} Found */
/**
 * @typedef {object} Opened
 * @property {import('../crypto/receipt.js').Derived} derived
 * @property {Promise<import('../crypto/roster.js').Roster | null>} roster
 * @property {string} [code] the receipt, when it was created here and not typed
 * @property {() => void} [back] shows the previous screen
 * @property {(words: string) => void} reopen asks for a code again, with a message
 */

/** Interval between polls of an open case. */
const AGAIN_MS = 15000;

/** @param {string} at */
const moment = (at) => `${day(at)} ${clock(at)}`;

/**
 * Fetch the case and show it.
 * @param {Opened} opened
 * @param {Element} here a part of the requesting screen: once that screen is left, nothing is drawn
 * @returns {Promise<string | null>} key of the message when it could not be shown
 */
export async function showCase(opened, here) {
  const answer = await ask('', opened.derived);
  if (!answer.ok) return problem(answer.status);
  if (!stands(here)) return null;
  draw(opened, answer.body);
  return null;
}

/** @param {number} status */
function problem(status) {
  if (status === 404) return 'silent.not_found';
  return status === 429 ? 'silent.too_often' : 'silent.no_signal';
}

/** @param {Opened} opened @param {Found} found @param {boolean} [again] returning to the screen: poll at once */
function draw(opened, found, again = false) {
  const state = h('div', { class: 'panel state' });
  const views = h('details', { class: 'panel views' });
  const words = talk(opened, found);
  const { code, back } = opened;
  const here = () => draw(opened, found, true);
  show(
    state,
    words.element,
    evidence(opened, found),
    views,
    h(
      'div',
      { class: 'rows' },
      code && row('list', t('silent.see_code'), () => seeCode(code, here)),
      row('phone', t('silent.change_contact'), () => changeContact(opened, found, here)),
      row('trash', t('silent.erase'), () => eraseAll(opened, here)),
    ),
    back && button(t('app.back'), back, 'quiet', 'back'),
    button(t('silent.close'), closePanel, 'plain', 'back'),
  );
  const news = (/** @type {Found} */ fresh) => {
    fill(
      state,
      icon('list', 'icon-l'),
      h('h1', null, t(`silent.state.${fresh.state}`)),
      h('p', null, t('silent.received', { time: moment(fresh.received_at) })),
    );
    fill(
      views,
      h('summary', null, icon('info'), t('silent.opened', { times: fresh.opened })),
      h(
        'ul',
        { class: 'rows' },
        fresh.views.map(({ at, who }) =>
          h(
            'li',
            null,
            t('silent.view', {
              who: t(has(`silent.who.${who}`) ? `silent.who.${who}` : 'silent.who.staff'),
              time: moment(at),
            }),
          ),
        ),
      ),
    );
    void words.show(fresh.items);
  };
  news(found);
  const timer = setInterval(() => void ahead(), AGAIN_MS);
  atEnd(() => clearInterval(timer));
  if (again) void ahead();

  async function ahead() {
    if (document.hidden) return;
    const answer = await ask('', opened.derived);
    if (!answer.ok || !stands(state)) return;
    if (answer.body.items.length !== found.items.length || answer.body.state !== found.state) moved();
    found = answer.body;
    news(found);
  }
}
