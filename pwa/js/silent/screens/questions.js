// @ts-check
/** Asks optional closed questions about the danger, the approach of the crew and safe contact. */
import { fill, h, icon } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { contactFields } from './safe_contact.js';
import { sendHelp } from './send.js';
import { show, stands, toStart } from '../panel.js';
import { button, field, question, tick } from '../controls.js';

/** @typedef {import('../report.js').SilentDraft} SilentDraft */

const DANGER = ['happening_now', 'weapon', 'threat_to_kill', 'fears_death', 'injured', 'children'];
const COMING = ['can_talk', 'suspect_near'];
/** @returns {[string, string][]} */
const answers = () => [
  ['yes', t('answer.yes')],
  ['no', t('answer.no')],
  ['unknown', t('answer.unknown')],
];

/** @param {SilentDraft} draft @param {string} id */
const questionField = (draft, id) =>
  question(t(`silent.ask.${id}`), answers(), draft.answers[id] ?? '', (value) => (draft.answers[id] = value));

/**
 * Build the ways out of a step: back, help now, next.
 * @param {SilentDraft} draft
 * @param {() => void} back
 * @param {HTMLElement | null} onward
 */
const ways = (draft, back, onward) => [
  h('div', { class: 'actions' }, [onward, button(t('report.send_now'), () => void sendHelp(draft), '', 'send')]),
  button(t('app.back'), back, 'plain', 'back'),
];

/** Draw the questions about danger. @param {SilentDraft} draft */
export function danger(draft) {
  show(
    h('h1', null, t('silent.danger')),
    h('p', { class: 'soft' }, t('silent.skip')),
    DANGER.map((id) => questionField(draft, id)),
    ways(
      draft,
      () => toStart(draft),
      button(t('silent.next'), () => coming(draft), 'quiet', 'next'),
    ),
  );
}

/** Draw the questions about approach and safe contact. @param {SilentDraft} draft */
export function coming(draft) {
  const { approach } = draft;
  const reached = h('div', { class: 'screen' });
  const onward = button(t('silent.next'), () => story(draft), 'quiet', 'next');
  onward.hidden = true;
  void draft.roster.then((roster) => {
    if (!stands(reached)) return;
    onward.hidden = !roster;
    if (roster) fill(reached, contactFields(draft.contact, 'silent.contact_how'));
    else fill(reached, h('div', { class: 'panel honest' }, icon('info'), h('p', null, t('silent.story_no'))));
  });
  show(
    h('h1', null, t('silent.coming')),
    h('p', { class: 'soft' }, t('silent.skip')),
    COMING.map((id) => questionField(draft, id)),
    h(
      'fieldset',
      { class: 'question' },
      h('legend', null, t('silent.approach')),
      tick(t('silent.no_siren'), approach.no_siren, (checked) => (approach.no_siren = checked)),
      tick(t('silent.plain_clothes'), approach.plain_clothes, (checked) => (approach.plain_clothes = checked)),
    ),
    reached,
    ways(draft, () => danger(draft), onward),
  );
}

/** Draw the story step for counsellors; skipped where it cannot be sealed. @param {SilentDraft} draft */
function story(draft) {
  const { sealed } = draft;
  show(
    h('h1', null, t('silent.story')),
    h('p', { class: 'soft' }, t('silent.story_how')),
    [
      field(t('silent.words'), { rows: 5, value: sealed.words, most: 2000 }, (value) => (sealed.words = value)),
      field(t('silent.name'), { value: sealed.name, most: 100 }, (value) => (sealed.name = value)),
      field(t('silent.phone'), { value: sealed.phone, most: 32, mode: 'tel' }, (value) => (sealed.phone = value)),
      draft.contact.code_word &&
        field(
          t('silent.code_word'),
          { value: draft.codeWord, most: 60, hint: t('silent.code_word_how') },
          (value) => (draft.codeWord = value),
        ),
    ],
    ways(draft, () => coming(draft), null),
  );
}
