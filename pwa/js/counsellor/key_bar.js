// @ts-check
/** Runs the key bar above every counsellor page: no key yet, locked, or open until a shown time. */

import { ask, t } from '../console/lib/request.js';
import { fill, h } from '../lib/dom.js';
import { weakness } from './vault/passphrase.js';
import { button, clock, fault, faultWords, soft } from './controls.js';
import { loadKeys, onKey, opened, rememberRoster, room, ROOM, shut, trust } from './state.js';

const bar = /** @type {HTMLElement} */ (document.getElementById('vault'));
const state = /** @type {HTMLElement} */ (document.getElementById('vault-state'));
const work = /** @type {HTMLElement} */ (document.getElementById('vault-work'));

/** Load the counsellor's keys and show the available actions. */
export async function prepareBar() {
  onKey({ open: show, lock: show });
  setInterval(() => room.key && tellUntil(), 15_000);
  if (!(await loadKeys())) {
    state.textContent = t('keys_away');
    fill(work, button(t('again'), prepareBar, 'quiet small'));
    return;
  }
  const roster = trust();
  if (roster)
    await room.vault.ask('roster', { trust: roster }).then(
      ({ version }) => rememberRoster(version),
      () => undefined,
    );
  show();
}

const keys = () => room.overview?.keys ?? [];
const mine = () => keys().find(({ id }) => id === room.key);

function tellUntil() {
  state.textContent = t('key_open', { at: clock(room.locksAt) });
}

function show() {
  bar.dataset.state = room.key ? 'open' : keys().length ? 'locked' : 'none';
  if (room.key) {
    tellUntil();
    fill(work, h('div', { class: 'bar-do' }, button(t('lock'), shut, 'small'), about()));
  } else if (keys().length) {
    state.textContent = t('key_locked');
    fill(work, openForm());
  } else {
    state.textContent = t('key_none');
    fill(work, makeForm());
  }
}

/** @param {string} id @param {string} label @param {string} [how] */
function secret(id, label, how) {
  const input = h('input', { id, type: 'password', autocomplete: 'off', maxlength: 200, required: true });
  const hint = how ? h('p', { class: 'soft', id: `${id}-how` }, how) : null;
  if (hint) input.setAttribute('aria-describedby', hint.id);
  return { input, field: h('div', { class: 'field' }, h('label', { for: id }, label), hint, input) };
}

function openForm() {
  const sorted = keys()
    .slice()
    .sort((key, other) => Number(other.in_roster) - Number(key.in_roster));
  const which = h(
    'select',
    { id: 'which' },
    sorted.map(({ id }) => h('option', { value: id }, id)),
  );
  const { input, field } = secret('passphrase', t('passphrase'));
  const problem = h('div');
  const go = h('button', { class: 'button' }, t('open'));
  const form = h(
    'form',
    { class: 'vault-form' },
    field,
    sorted.length > 1 && h('div', { class: 'field' }, h('label', { for: 'which' }, t('which_key')), which),
    go,
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const stored = sorted.find(({ id }) => id === which.value) ?? sorted[0];
    const passphrase = input.value;
    input.value = '';
    go.disabled = true;
    state.textContent = t('working');
    try {
      const { id } = await room.vault.ask('open', { stored, passphrase });
      opened(id);
    } catch (why) {
      state.textContent = t('key_locked');
      go.disabled = false;
      fill(problem, fault(why instanceof Error && why.message === 'unreadable' ? t('wrong') : faultWords(why)));
      input.focus();
    }
  });
  return h('div', null, form, problem);
}

function makeForm() {
  const first = secret('passphrase', t('passphrase_new'), t('passphrase_how'));
  const second = secret('passphrase-again', t('passphrase_again'));
  const problem = h('div');
  const go = h('button', { class: 'button' }, t('make'));
  const form = h('form', { class: 'vault-form tall' }, first.field, second.field, go);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const passphrase = first.input.value;
    const weak = weakness(passphrase, bar.dataset.name ?? '');
    if (weak || passphrase !== second.input.value) {
      fill(problem, fault(t(weak ? `weak_${weak}` : 'not_the_same')));
      return;
    }
    go.disabled = true;
    state.textContent = t('working');
    try {
      const made = await room.vault.ask('make', { passphrase });
      const answer = await ask(`${ROOM}/kunci`, {
        method: 'POST',
        json: { public: made.public, wrapped: made.wrapped },
      });
      if (!answer.ok) throw new Error('not_kept');
      first.input.value = second.input.value = '';
      await loadKeys();
      const { id } = await room.vault.ask('open', { stored: made, passphrase });
      opened(id);
    } catch (why) {
      go.disabled = false;
      state.textContent = t('key_none');
      fill(problem, fault(faultWords(why)));
    }
  });
  return h('div', null, soft(t('key_why')), form, problem);
}

/** Show the key's name, whether the roster lists it, and the form for another passphrase. */
function about() {
  const own = mine();
  const old = secret('old', t('passphrase'));
  const fresh = secret('fresh', t('passphrase_new'), t('passphrase_how'));
  const problem = h('div');
  const form = h(
    'form',
    { class: 'vault-form tall' },
    old.field,
    fresh.field,
    h('button', { class: 'button quiet small' }, t('change')),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const weak = weakness(fresh.input.value, bar.dataset.name ?? '');
    if (weak) return fill(problem, fault(t(`weak_${weak}`)));
    try {
      const wrapped = await room.vault.ask('change', { stored: own, old: old.input.value, fresh: fresh.input.value });
      const answer = await ask(`${ROOM}/kunci/${room.key}`, { method: 'POST', json: { wrapped } });
      if (!answer.ok) throw new Error('not_kept');
      await loadKeys();
      fill(problem, h('p', { class: 'done', role: 'status' }, t('changed')));
    } catch (why) {
      fill(problem, fault(why instanceof Error && why.message === 'unreadable' ? t('wrong') : faultWords(why)));
    }
    old.input.value = fresh.input.value = '';
  });
  return h(
    'details',
    { class: 'drop' },
    h('summary', { class: 'button quiet small' }, t('my_key')),
    h(
      'div',
      { class: 'panel' },
      h('p', null, t('key_id'), ' ', h('strong', { class: 'code' }, own?.id ?? '')),
      soft(t(own?.in_roster ? 'in_roster' : 'not_in_roster')),
      form,
      problem,
    ),
  );
}
