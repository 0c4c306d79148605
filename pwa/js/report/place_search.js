// @ts-check
/**
 * Searches addresses and landmarks ("Cari alamat atau patokan") on request. Without network it searches the
 * kelurahan stored on this phone.
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
 * @param {{ kelurahan: { code: string, name: string, lat: number, lon: number }[] } | null} cityData
 *   the city's data on this phone
 * @param {(location: SiagaLocation) => void} choose
 * @param {HTMLSelectElement} list the list in which a kelurahan is chosen by hand
 */
export async function searchField(place, cityData, choose, list) {
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
    const query = input.value.trim();
    const mine = ++turn;
    if (!query) return void fill(found);
    fill(found, h('p', { class: 'soft' }, t('search.looking')));
    for (let left = TRIES; left; left -= 1) {
      const answer = await globalThis.siaga.request('/api/v1/geo/search', { method: 'POST', json: { q: query } });
      if (mine !== turn) return;
      if (!answer.ok) return show(onPhone(query), navigator.onLine ? 'search.failed' : 'search.none_here');
      if (answer.body.outside !== 'waiting') return show(answer.body.places, 'search.none');
      await new Promise((done) => setTimeout(done, AGAIN_MS));
      if (mine !== turn) return;
    }
    show([], 'search.none');
  }

  /** @param {string} query @returns {Place[]} */
  function onPhone(query) {
    const words = bare(query);
    return (cityData?.kelurahan ?? [])
      .filter(({ name }) => bare(name).includes(words))
      .map((item) => ({ ...item, kind: 'kelurahan', kelurahan: item.code, kelurahan_name: item.name }));
  }

  /**
   * Show the results in view, above the fixed bottom bar.
   * @param {Place[]} places
   * @param {string} none message when there are none
   */
  function show(places, none) {
    const rows = places.map((item) =>
      h(
        'button',
        { type: 'button', class: 'row', onclick: () => pick(item) },
        h(
          'span',
          { class: 'grow' },
          item.name,
          item.kind !== 'kelurahan' && h('small', null, ` ${item.kelurahan_name}`),
        ),
      ),
    );
    fill(found, rows, !rows.length && h('p', { class: 'soft' }, t(none)));
    input.scrollIntoView({ block: 'start' });
  }

  /** @param {Place} item */
  function pick(item) {
    fill(found, h('p', { class: 'soft' }, t('search.chosen', { name: item.name })));
    if (item.kind === 'kelurahan') {
      choose({ source: 'kelurahan', kelurahan: item.kelurahan });
      list.value = item.kelurahan;
      return;
    }
    choose({ source: 'address', lat: item.lat, lon: item.lon });
    const landmark = document.getElementById('landmark');
    if (!(landmark instanceof HTMLInputElement) || landmark.value) return;
    landmark.value = item.name;
    landmark.dispatchEvent(new Event('input'));
  }
}
