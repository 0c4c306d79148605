// @ts-check
/** Builds the silent flow's controls. Each carries autocomplete="off", since one browser ignores it on the form. */
import { h, icon } from '../lib/dom.js';
import { t } from '../lib/i18n.js';

/** Attributes that ask browser and keyboard not to remember typed text. */
const UNKEPT = { autocomplete: 'off', autocorrect: 'off', autocapitalize: 'off', spellcheck: 'false' };

let named = 0;

/** @param {string} words @param {() => void} onclick @param {string} [look] @param {string} [picture] */
export const button = (words, onclick, look = '', picture = '') =>
  h('button', { type: 'button', class: `button ${look}`.trim(), onclick }, picture && icon(picture), words);

/** Build a row that opens the next step. @param {string} picture @param {string} words @param {() => void} onclick */
export const row = (picture, words, onclick) =>
  h(
    'button',
    { type: 'button', class: 'row', onclick },
    icon(picture),
    h('span', { class: 'grow' }, words),
    icon('next'),
  );

/** Build the call links: *Telepon 112* and SAPA 129. */
export const calls = () => {
  const sapa =
    document.querySelector('#quiet a[href^="tel:"]:not([href="tel:112"])')?.getAttribute('href') ?? 'tel:129';
  return h(
    'div',
    { class: 'calls' },
    h('a', { class: 'call', href: 'tel:112' }, icon('phone'), t('call.112')),
    h('a', { class: 'button quiet', href: sapa }, icon('phone'), t('call.sapa')),
  );
};

/**
 * Build a closed question from radio inputs styled as buttons; none checked means unanswered.
 * @param {string} legend
 * @param {[string, string][]} options value, words
 * @param {string} chosen
 * @param {(value: string) => void} changed
 */
export function question(legend, options, chosen, changed) {
  named += 1;
  const name = `q${named}`;
  const option = (/** @type {string} */ value, /** @type {string} */ words) => {
    const checked = value === chosen;
    const box = h('input', { ...UNKEPT, type: 'radio', name, value, checked, onchange: () => changed(value) });
    return h('label', null, box, h('span', null, words));
  };
  return h(
    'fieldset',
    { class: 'question' },
    h('legend', null, legend),
    h(
      'div',
      { class: options.length > 3 ? 'choices kinds' : 'choices' },
      options.map(([value, words]) => option(value, words)),
    ),
  );
}

/** @param {string} words @param {boolean} checked @param {(checked: boolean) => void} changed */
export function tick(words, checked, changed) {
  const box = h('input', { ...UNKEPT, type: 'checkbox', checked });
  box.addEventListener('change', () => changed(box.checked));
  return h('label', { class: 'tick' }, box, words);
}

/**
 * Build a text field.
 * @param {string} label
 * @param {{rows?: number, value?: string, most?: number, mode?: string, hint?: string, type?: string}} how
 * @param {(value: string) => void} changed
 */
export function field(label, { rows = 0, value = '', most = 200, mode, hint, type = 'text' }, changed) {
  named += 1;
  const id = `f${named}`;
  const common = { ...UNKEPT, id, maxlength: most, inputmode: mode, 'aria-describedby': hint ? `${id}h` : null };
  const control = rows ? h('textarea', { ...common, rows }, value) : h('input', { ...common, type, value });
  control.addEventListener('input', () => changed(control.value));
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    hint && h('p', { class: 'soft', id: `${id}h` }, hint),
    control,
  );
}

/**
 * Build a select for a long list.
 * @param {string} label
 * @param {[string, string][]} options
 * @param {string} chosen
 * @param {(value: string) => void} changed
 */
export function list(label, options, chosen, changed) {
  named += 1;
  const id = `f${named}`;
  const control = h(
    'select',
    { ...UNKEPT, id },
    options.map(([value, words]) => h('option', { value, selected: value === chosen }, words)),
  );
  control.addEventListener('change', () => changed(control.value));
  return h('div', { class: 'field' }, h('label', { for: id }, label), control);
}
