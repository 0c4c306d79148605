// @ts-check
/** Asks after sending whether the report matches a nearby incident and whether it is still going on. One tap each. */
import '../worker/followup_outbox.js';
import { fill, h, icon } from '../lib/dom.js';
import { followups, reports } from '../lib/store.js';
import { t } from '../lib/i18n.js';

/** @param {string} id of the report */
const answersOf = async (id) => (await followups.all().catch(() => [])).filter((row) => row.report_id === id);

/** @param {SiagaNearby} near */
function distanceWords({ kelurahan, minutes, within_m }) {
  const place = kelurahan ? [kelurahan] : [];
  return [
    ...place,
    minutes ? t('same.minutes', { n: String(minutes) }) : t('same.now'),
    t('same.within', { n: String(within_m) }),
  ].join(' · ');
}

/**
 * @param {string} id of the report
 * @returns {{element: HTMLElement, show: (status: SiagaStatus | null) => Promise<void>}}
 */
export function nearbyQuestion(id) {
  const element = h('div', { class: 'street', 'aria-live': 'polite' });
  let drawn = '';
  /** @type {SiagaStatus | null} */
  let known = null;

  /** @param {SiagaFollowup['what']} what @param {string} content */
  async function sendAnswer(what, content) {
    await globalThis.siaga.follow?.(id, what, content);
    await show(known);
  }

  async function alone() {
    await reports.amend(id, { alone: true }).catch(() => undefined);
    await show(known);
  }

  /** @param {SiagaStatus | null} status */
  async function show(status) {
    known = status;
    const rows = await answersOf(id);
    const own = await reports.get(id).catch(() => undefined);
    const question = status?.still;
    const isOpen = question && !rows.some((row) => row.what === 'still' && row.content.startsWith(question.id));
    const settled = own?.alone || rows.some((row) => row.what === 'same');
    const near = settled ? [] : (status?.nearby ?? []);
    // one question at a time: a question for this reporter alone comes first
    const isAnswered =
      status?.ask &&
      (status.ask.answer || rows.some((row) => row.what === 'answer' && row.content.startsWith(status.ask?.id ?? '')));
    const item = status?.ask && !isAnswered ? null : isOpen ? question.id : near.length ? near : null;
    const now = JSON.stringify(item);
    if (now === drawn) return;
    drawn = now;
    fill(element, typeof item === 'string' ? goesOn(item) : item && sameAs(item));
  }

  /** @param {string} question */
  const goesOn = (question) =>
    h(
      'section',
      { class: 'panel', 'aria-labelledby': 'still-question-title' },
      h('h2', { id: 'still-question-title' }, t('still_question.title')),
      h(
        'div',
        { class: 'two' },
        h(
          'button',
          { type: 'button', class: 'button large', onclick: () => void sendAnswer('still', `${question} yes`) },
          icon('check', 'icon-l'),
          t('still_question.yes'),
        ),
        h(
          'button',
          { type: 'button', class: 'button large quiet', onclick: () => void sendAnswer('still', `${question} no`) },
          icon('close', 'icon-l'),
          t('still_question.no'),
        ),
      ),
    );

  /** @param {SiagaNearby[]} near */
  const sameAs = (near) =>
    h(
      'section',
      { class: 'panel', 'aria-labelledby': 'same-title' },
      h('h2', { id: 'same-title' }, t('same.title')),
      h('p', null, t('same.sent')),
      h(
        'ul',
        { class: 'near' },
        near.map((item) =>
          h(
            'li',
            null,
            h(
              'p',
              { class: 'which' },
              icon(item.kind, 'icon-l'),
              h(
                'span',
                { class: 'grow' },
                h('strong', null, t(`kind.${item.kind}`)),
                h('small', null, distanceWords(item)),
              ),
            ),
            h(
              'button',
              { type: 'button', class: 'button', onclick: () => void sendAnswer('same', item.id) },
              t('same.yes'),
            ),
          ),
        ),
      ),
      h('button', { type: 'button', class: 'button quiet', onclick: () => void alone() }, t('same.no')),
    );

  return { element, show };
}
