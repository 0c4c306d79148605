// @ts-check
/** Closed questions, each may be skipped: what the room must know to send the right help, and how it may come. */
import { fill, h, icon } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { contactFields } from './safe_contact.js';
import { sendHelp } from './send.js';
import { show, stands, toStart } from '../panel.js';
import { button, field, question, tick } from '../controls.js';

/** @typedef {import('../report.js').Told} Told */

const DANGER = ['happening_now', 'weapon', 'threat_to_kill', 'fears_death', 'injured', 'children'];
const COMING = ['can_talk', 'suspect_near'];
/** @returns {[string, string][]} */
const answers = () => [
  ['yes', t('answer.yes')],
  ['no', t('answer.no')],
  ['unknown', t('answer.unknown')],
];

/** @param {Told} told @param {string} id */
const asked = (told, id) =>
  question(t(`silent.ask.${id}`), answers(), told.answers[id] ?? '', (value) => (told.answers[id] = value));

/** Back, help at any moment, and on. @param {Told} told @param {() => void} back @param {HTMLElement | null} onward */
const ways = (told, back, onward) => [
  h('div', { class: 'actions' }, [onward, button(t('report.send_now'), () => void sendHelp(told), '', 'send')]),
  button(t('app.back'), back, 'plain', 'back'),
];

/** How dangerous it is. @param {Told} told */
export function danger(told) {
  show(
    h('h1', null, t('silent.danger')),
    h('p', { class: 'soft' }, t('silent.skip')),
    DANGER.map((id) => asked(told, id)),
    ways(
      told,
      () => toStart(told),
      button(t('silent.next'), () => coming(told), 'quiet', 'next'),
    ),
  );
}

/** How help may come, and how she may be reached. @param {Told} told */
export function coming(told) {
  const { approach } = told;
  const reached = h('div', { class: 'screen' });
  const onward = button(t('silent.next'), () => story(told), 'quiet', 'next');
  onward.hidden = true;
  void told.roster.then((roster) => {
    if (!stands(reached)) return;
    onward.hidden = !roster;
    if (roster) fill(reached, contactFields(told.contact, 'silent.contact_how'));
    else fill(reached, h('div', { class: 'panel honest' }, icon('info'), h('p', null, t('silent.story_no'))));
  });
  show(
    h('h1', null, t('silent.coming')),
    h('p', { class: 'soft' }, t('silent.skip')),
    COMING.map((id) => asked(told, id)),
    h(
      'fieldset',
      { class: 'question' },
      h('legend', null, t('silent.approach')),
      tick(t('silent.no_siren'), approach.no_siren, (checked) => (approach.no_siren = checked)),
      tick(t('silent.plain_clothes'), approach.plain_clothes, (checked) => (approach.plain_clothes = checked)),
    ),
    reached,
    ways(told, () => danger(told), onward),
  );
}

/** What only a counsellor may read; nobody comes here where it could not be sealed. @param {Told} told */
function story(told) {
  const { sealed } = told;
  show(
    h('h1', null, t('silent.story')),
    h('p', { class: 'soft' }, t('silent.story_how')),
    [
      field(t('silent.words'), { rows: 5, value: sealed.words, most: 2000 }, (value) => (sealed.words = value)),
      field(t('silent.name'), { value: sealed.name, most: 100 }, (value) => (sealed.name = value)),
      field(t('silent.phone'), { value: sealed.phone, most: 32, mode: 'tel' }, (value) => (sealed.phone = value)),
      told.contact.code_word &&
        field(
          t('silent.code_word'),
          { value: told.codeWord, most: 60, hint: t('silent.code_word_how') },
          (value) => (told.codeWord = value),
        ),
    ],
    ways(told, () => coming(told), null),
  );
}
