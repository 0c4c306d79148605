// @ts-check
/** Draws the first step: help in one tap, the call links, and what a page cannot protect from. */
import { h, icon } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { danger } from './questions.js';
import { sendHelp } from './send.js';
import { openCase } from './open_case.js';
import { atEnd, closePanel, show, stands } from '../panel.js';
import { button, calls, row } from '../controls.js';
import { begin } from '../report.js';
import { allowed, locate } from '../position.js';

/** Draw the step with a new or a begun draft. @param {import('../report.js').SilentDraft} [draft] */
export function first(draft = begin()) {
  const place = h('p', { class: 'place soft' });
  const say = (/** @type {string} */ words) => stands(place) && place.replaceChildren(icon('place'), words);
  show(
    h('h1', null, t('silent.title')),
    h(
      'button',
      { type: 'button', class: 'button help', onclick: () => void sendHelp(draft) },
      icon('send', 'icon-l'),
      h('span', null, t('silent.help'), h('small', null, t('silent.help_how'))),
    ),
    place,
    calls(),
    h('div', { class: 'panel honest' }, icon('info'), h('p', null, t('silent.honest'))),
    h(
      'div',
      { class: 'rows' },
      row('question', t('silent.answer_first'), () => danger(draft)),
      row('list', t('silent.open_case'), () => openCase('', draft)),
    ),
    button(t('silent.close'), closePanel, 'plain', 'back'),
  );
  void look();

  async function look() {
    if (draft.fix) return say(t('silent.place_known', { metres: draft.fix.accuracy_m }));
    if ((await allowed()) !== 'granted' || !stands(place)) return;
    say(t('silent.place_looking'));
    const stop = locate(draft, () =>
      draft.fix ? say(t('silent.place_known', { metres: draft.fix.accuracy_m })) : say(t('silent.place_unknown')),
    );
    atEnd(stop);
  }
}
