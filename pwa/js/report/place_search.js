// @ts-check
/**
 * "Cari alamat atau patokan": asked once, when the person says so; without network the kelurahan on this
 * phone are searched.
 */
import { fill, h } from '../lib/dom.js';
import { moreWords, t } from '../lib/i18n.js';

/**
 * @typedef {{ kind: string, name: string, lat: number, lon: number,
 *   kelurahan: string, kelurahan_name: string }} Place
 */

const AGAIN_MS = 1500;
const TRIES = 8;

/** @param {string} words */
const bare = (words) =>
  words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
    .replace(/b(e?)rebas/g, 'berbas');

/**
 * @param {HTMLElement} place
 * @param {{ kelurahan: { code: string, name: string, lat: number, lon: number }[] } | null} facts what this
 *   phone knows of the city
 * @param {(location: SiagaLocation) => void} choose
 * @param {HTMLSelectElement} list where a kelurahan is chosen by hand
 */
export async function searchField(place, facts, choose, list) {
  await moreWords();
  const found = h('div', { class: 'rows', 'aria-live': 'polite' });
  const input = h('input', { id: 'seek', type: 'search', maxlength: 120, autocomplete: 'off', onkeydown: entered });
  const button = h('button', { type: 'button', class: 'button quiet', onclick: () => void seek() }, t('search.do'));
  fill(place, h('label', { for: 'seek' }, t('search.label')), h('div', { class: 'beside' }, input, button), found);
  let turn = 0;

  /** @param {KeyboardEvent} event */
  function entered(event) {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    void seek();
  }

  async function seek() {
    const asked = input.value.trim();
    const mine = ++turn;
    if (!asked) return void fill(found);
    fill(found, h('p', { class: 'soft' }, t('search.looking')));
    for (let left = TRIES; left; left -= 1) {
      const answer = await globalThis.siaga.request('/api/v1/geo/search', { method: 'POST', json: { q: asked } });
      if (mine !== turn) return;
      if (!answer.ok) return show(onPhone(asked), navigator.onLine ? 'search.failed' : 'search.none_here');
      if (answer.body.outside !== 'waiting') return show(answer.body.places, 'search.none');
      await new Promise((done) => setTimeout(done, AGAIN_MS));
      if (mine !== turn) return;
    }
    show([], 'search.none');
  }

  /** @param {string} asked @returns {Place[]} */
  function onPhone(asked) {
    const words = bare(asked);
    return (facts?.kelurahan ?? [])
      .filter(({ name }) => bare(name).includes(words))
      .map((one) => ({ ...one, kind: 'kelurahan', kelurahan: one.code, kelurahan_name: one.name }));
  }

  /**
   * Where one looks, above the bar that stays at the bottom.
   * @param {Place[]} places
   * @param {string} none what is said when there are none
   */
  function show(places, none) {
    const rows = places.map((one) =>
      h(
        'button',
        { type: 'button', class: 'row', onclick: () => pick(one) },
        h('span', { class: 'grow' }, one.name, one.kind !== 'kelurahan' && h('small', null, ` ${one.kelurahan_name}`)),
      ),
    );
    fill(found, rows, !rows.length && h('p', { class: 'soft' }, t(none)));
    input.scrollIntoView({ block: 'start' });
  }

  /** @param {Place} one */
  function pick(one) {
    fill(found, h('p', { class: 'soft' }, t('search.chosen', { name: one.name })));
    if (one.kind === 'kelurahan') {
      choose({ source: 'kelurahan', kelurahan: one.kelurahan });
      list.value = one.kelurahan;
      return;
    }
    choose({ source: 'address', lat: one.lat, lon: one.lon });
    const landmark = document.getElementById('landmark');
    if (!(landmark instanceof HTMLInputElement) || landmark.value) return;
    landmark.value = one.name;
    landmark.dispatchEvent(new Event('input'));
  }
}
