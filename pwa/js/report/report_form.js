// @ts-check
/** Runs the report form: kind → place → details, one decision per screen, each optional. */
import { fill, go, h, icon } from '../lib/dom.js';
import { begin, save, send } from './draft.js';
import { forgetPosition, gps, lookForPosition } from '../lib/geolocation.js';
import { follow, placeLine, placePicker } from './place_picker.js';
import { fetchCity, fetchKinds } from '../lib/city.js';
import { showSending } from './sending.js';
import { drafts, photos } from '../lib/store.js';
import { t } from '../lib/i18n.js';

/**
 * Draw the report step given by the address and the history.
 * @param {HTMLElement} root
 * @param {{kind: string | null, step?: string, draft?: string}} at draft: id of the draft that this history entry began
 * @returns {Promise<() => void>} to call when the screen is left
 */
export async function showReport(root, { kind, step, draft: id }) {
  const draft = id ? await drafts.get(id).catch(() => undefined) : kind && (await begin(kind));
  if (draft) {
    history.replaceState({ ...history.state, draft: draft.id }, '');
    void fetchCity();
    if (gps.state === 'idle') lookForPosition();
    if (step === 'details') await details(root, draft);
    else place(root, draft);
  } else if (id) go(`/laporan/${id}`, { replace: true });
  else await chooseKind(root);
  return () => (gps.changed = () => undefined);
}

/** @param {HTMLElement} root */
async function chooseKind(root) {
  const { kinds } = await fetchKinds();
  fill(
    root,
    h('h1', null, t('report.kind')),
    h(
      'ul',
      { class: 'tiles' },
      Object.keys(kinds)
        .filter((kind) => kind !== 'violence_home')
        .map((kind) =>
          h(
            'li',
            null,
            h('a', { class: 'tile', href: `/lapor?kind=${kind}` }, icon(kind, 'icon-l'), t(`kind.${kind}`)),
          ),
        ),
    ),
  );
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let keeping;

/** Save shortly after the reporter stops typing. @param {SiagaDraft} draft */
const keeper = (draft) => () => {
  clearTimeout(keeping);
  keeping = setTimeout(() => void save(draft), 150);
};

/** @param {SiagaDraft} draft */
const which = ({ kind }) => h('p', { class: 'which' }, icon(kind), t(`kind.${kind}`));

/** @param {HTMLElement} root @param {SiagaDraft} draft */
function place(root, draft) {
  follow(draft);
  draft.step = 'place';
  void save(draft);
  const next = () => {
    void save(draft); // before the next screen reads it
    go(`/lapor?kind=${draft.kind}`, { state: { step: 'details', draft: draft.id } });
  };
  fill(
    root,
    which(draft),
    h('h1', null, t('place.title')),
    placePicker(draft, keeper(draft)),
    h('div', { class: 'actions' }, [
      h('button', { type: 'button', class: 'button quiet', onclick: () => finish(root, draft) }, t('report.send_now')),
      h('button', { type: 'button', class: 'button', onclick: next }, t('report.next'), icon('next')),
    ]),
  );
}

/** @param {HTMLElement} root @param {SiagaDraft} draft */
async function details(root, draft) {
  draft.step = 'details';
  const keep = keeper(draft);
  void save(draft);
  const { answers, kinds } = await fetchKinds();
  const line = h('span', { class: 'grow' });
  const showPlace = async () => {
    if (follow(draft)) keep();
    fill(line, await placeLine(draft));
  };
  gps.changed = () => void showPlace();
  void showPlace();
  const pictures = h('div', { class: 'field' });
  fill(
    root,
    which(draft),
    h('h1', null, t('details.title')),
    h('p', { class: 'soft' }, t('report.optional')),
    h(
      'a',
      { class: 'row', href: `/lapor?kind=${draft.kind}` },
      icon('place'),
      line,
      h('span', { class: 'soft' }, t('place.change')),
    ),
    (kinds[draft.kind]?.questions ?? []).map((id) => question(draft, id, answers[id] ?? answers[''], keep)),
    field(
      t('details.words'),
      h(
        'textarea',
        {
          id: 'words',
          rows: 3,
          maxlength: 2000,
          autocomplete: 'off',
          placeholder: t('details.words_hint'),
          oninput: words,
        },
        draft.description,
      ),
    ),
    pictures,
    field(
      t('details.contact'),
      h('input', {
        id: 'phone',
        type: 'tel',
        maxlength: 32,
        autocomplete: 'tel',
        placeholder: t('details.phone_hint'),
        value: draft.contact.phone,
        oninput: phone,
      }),
    ),
    h(
      'label',
      { class: 'tick' },
      h('input', { type: 'checkbox', checked: draft.contact.may_call, onchange: mayCall }),
      t('details.may_call'),
    ),
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        { type: 'button', class: 'button', onclick: () => finish(root, draft) },
        icon('send'),
        t('report.send'),
      ),
    ),
  );
  const { photoPicker } = await import('./photo_picker.js').catch(() => ({ photoPicker: null }));
  await photoPicker?.(pictures, draft);

  /** @param {Event} event */
  function words(event) {
    draft.description = /** @type {HTMLTextAreaElement} */ (event.target).value;
    keep();
  }
  /** @param {Event} event */
  function phone(event) {
    draft.contact.phone = /** @type {HTMLInputElement} */ (event.target).value;
    keep();
  }
  /** @param {Event} event */
  function mayCall(event) {
    draft.contact.may_call = /** @type {HTMLInputElement} */ (event.target).checked;
    keep();
  }
}

/** @param {string} label @param {HTMLElement} control */
const field = (label, control) => h('div', { class: 'field' }, h('label', { for: control.id }, label), control);

/**
 * Build a closed question from radio inputs styled as buttons.
 * @param {SiagaDraft} draft
 * @param {string} id
 * @param {string[]} options
 * @param {() => void} keep
 */
function question(draft, id, options, keep) {
  const choose = (/** @type {string} */ answer) => {
    draft.answers[id] = answer;
    keep();
  };
  const option = (/** @type {string} */ answer) => {
    const checked = draft.answers[id] === answer;
    const box = h('input', { type: 'radio', name: id, value: answer, checked, onchange: () => choose(answer) });
    return h('label', null, box, h('span', null, t(`answer.${answer}`)));
  };
  return h(
    'fieldset',
    { class: 'question' },
    h('legend', null, t(`question.${id}`)),
    h('div', { class: 'choices' }, options.map(option)),
  );
}

/** @param {HTMLElement} root @param {SiagaDraft} draft */
async function finish(root, draft) {
  for (const button of root.querySelectorAll('button')) button.disabled = true;
  follow(draft);
  forgetPosition();
  await save(draft);
  await showSending(root, draft, await send(draft));
  const kept = await photos.all().catch(() => []);
  if (kept.length) await import('./photo_picker.js').then(({ adopt }) => adopt(draft.id)).catch(() => undefined);
}
