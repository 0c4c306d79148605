// @ts-check
/** Asks for safe contact: channel, hours and code word. The default is no contact. */
import { fill, h } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { list, question, tick } from '../controls.js';

const CHANNELS = ['none', 'call', 'sms', 'whatsapp'];
/** @param {number} from @param {number} to @returns {[string, string][]} */
const hours = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, at) => [String(from + at), `${String(from + at).padStart(2, '0')}.00`]);

/**
 * @param {import('../report.js').Contact} contact updated with each choice
 * @param {string} where key of the text that says where number and code word are entered
 */
export function contactFields(contact, where) {
  const more = h('div', { class: 'screen' });
  const draw = () =>
    fill(
      more,
      contact.channel !== 'none' && [
        h(
          'div',
          { class: 'hours' },
          list(
            t('silent.from'),
            hours(0, 23),
            String(contact.from_hour),
            (value) => (contact.from_hour = Number(value)),
          ),
          list(
            t('silent.until'),
            hours(1, 24),
            String(contact.until_hour),
            (value) => (contact.until_hour = Number(value)),
          ),
        ),
        tick(t('silent.needs_code'), contact.code_word, (checked) => (contact.code_word = checked)),
        h('p', { class: 'soft' }, t(where)),
      ],
    );
  draw();
  return [
    question(
      t('silent.contact'),
      CHANNELS.map((channel) => [channel, t(`silent.channel.${channel}`)]),
      contact.channel,
      (channel) => {
        contact.channel = channel;
        draw();
      },
    ),
    more,
  ];
}
