// @ts-check
/** Lets the reporter set the place: phone position, map point, kelurahan from a list, or unknown. */
import { fill, h, icon } from '../lib/dom.js';
import { drawAccuracy, gps, lookForPosition } from '../lib/geolocation.js';
import { fetchCity } from '../lib/city.js';
import { t } from '../lib/i18n.js';

/** @typedef {import('../lib/city.js').Kelurahan} Kelurahan */

/** A position less accurate than this is shown as improving. */
const GOOD_M = 15;
/** Degrees; farther than this from every kelurahan, no name is guessed. */
const NEAR_DEG = 0.05;

/** Return the nearest kelurahan; right three times in four, so shown as a guess. @param {SiagaLocation} at */
async function nearest({ lat = 0, lon = 0 }) {
  const far = (/** @type {Kelurahan} */ item) => Math.hypot(item.lat - lat, item.lon - lon);
  const [first] = [...((await fetchCity())?.kelurahan ?? [])].sort((a, b) => far(a) - far(b));
  return first && far(first) < NEAR_DEG ? first.name : null;
}

/** @param {number} metres */
const rounded = (metres) => (metres < 100 ? metres : Math.round(metres / 10) * 10);

/**
 * Copy the phone's position into the draft, unless the reporter chose another place.
 * @param {SiagaDraft} draft
 * @returns {boolean} whether the draft changed
 */
export function follow(draft) {
  if (draft.location && draft.location.source !== 'gps') return false;
  const { fix, state } = gps;
  if (!fix && state !== 'denied') return false;
  draft.location = fix && { source: 'gps', lat: fix.lat, lon: fix.lon, accuracy_m: fix.accuracy_m };
  draft.located_at = fix?.at ?? null;
  return true;
}

/** Describe the place in one line, for later screens. @param {SiagaDraft} draft */
export async function placeLine(draft) {
  const at = draft.location;
  if (at?.source === 'gps') return t('place.phone', { metres: rounded(at.accuracy_m ?? 0) });
  return (await placeLines(draft))[0];
}

/**
 * Describe the place in two short lines.
 * @param {SiagaDraft} draft
 * @returns {Promise<[string, string | null]>}
 */
async function placeLines({ location }) {
  if (location?.source === 'none') return [t('place.not_known'), null];
  if (location?.source === 'kelurahan') {
    const found = (await fetchCity())?.kelurahan.find((item) => item.code === location.kelurahan);
    return [found?.name ?? t('place.kelurahan'), null];
  }
  if (location) {
    const name = await nearest(location);
    const near = name && t('place.near', { name });
    if (location.source !== 'gps') return [t(`place.${location.source}`), near];
    const metres = location.accuracy_m ?? 0;
    return [t(metres > GOOD_M ? 'place.improving' : 'place.accuracy', { metres: rounded(metres) }), near];
  }
  const lost = gps.state === 'denied' || gps.state === 'failed' || gps.state === 'insecure';
  return [t(lost ? `place.${gps.state}` : 'place.searching'), null];
}

/**
 * Build the place screen's choices; each changes the draft and calls `changed`.
 * @param {SiagaDraft} draft
 * @param {() => void} changed
 */
export function placePicker(draft, changed) {
  const seen = h('div', { class: 'seen', 'aria-live': 'polite' });
  const list = h('select', { id: 'kelurahan', onchange: picked }, h('option', { value: '' }, t('place.choose')));
  const unknown = h(
    'button',
    { type: 'button', class: 'row', onclick: () => choose({ source: 'none' }) },
    icon('question'),
    h('span', { class: 'grow' }, t('place.not_known')),
  );

  async function look() {
    const [line, near] = await placeLines(draft);
    const wanted = !draft.location || draft.location.source === 'gps';
    const again = h(
      'button',
      { type: 'button', class: 'button plain', onclick: useGps },
      t(wanted ? 'place.again' : 'place.use_gps'),
    );
    fill(
      seen,
      wanted ? drawAccuracy(draft.location?.accuracy_m) : icon('place', 'icon-l'),
      h('div', null, [
        draft.location?.source === 'gps' && h('p', { class: 'strong' }, t('place.found')),
        h('p', { class: draft.location?.source === 'gps' ? 'soft' : 'strong' }, line),
        near && h('p', { class: 'soft' }, near),
        (!wanted || (!draft.location && gps.state !== 'searching')) && again,
      ]),
    );
    unknown.setAttribute('aria-pressed', String(draft.location?.source === 'none'));
    if (draft.location?.source !== 'kelurahan') list.value = '';
  }

  /** @param {SiagaLocation | null} location */
  function choose(location) {
    draft.location = location;
    draft.located_at = null;
    changed();
    void look();
  }

  function picked() {
    choose(list.value ? { source: 'kelurahan', kelurahan: list.value } : null);
  }

  function useGps() {
    choose(null);
    lookForPosition();
  }

  async function onMap() {
    const { openMap } = await import('./map.js');
    const { lat = null, lon = null, accuracy_m = null } = draft.location ?? {};
    openMap({
      lat,
      lon,
      accuracy_m,
      onMove: (/** @type {{lat: number, lon: number}} */ to) => choose({ source: 'pin', lat: to.lat, lon: to.lon }),
    });
  }

  gps.changed = () => {
    if (follow(draft)) changed();
    void look();
  };
  void fetchCity().then((cityData) => {
    list.append(...(cityData?.kelurahan ?? []).map(({ code, name }) => h('option', { value: code }, name)));
    list.value = draft.location?.kelurahan ?? '';
    fieldOfList.hidden = !cityData;
    void import('./place_search.js').then((m) => m.searchField(seek, cityData, choose, list));
  });
  void look();
  const fieldOfList = h(
    'div',
    { class: 'field', hidden: true },
    h('label', { for: 'kelurahan' }, t('place.list')),
    list,
  );
  const seek = h('div', { class: 'field' });
  return [
    seen,
    h(
      'div',
      { class: 'rows' },
      h('button', { type: 'button', class: 'row', onclick: onMap }, icon('map'), t('place.map'), icon('next')),
      unknown,
    ),
    seek,
    fieldOfList,
    h('div', { class: 'field' }, [
      h('label', { for: 'landmark' }, t('place.landmark')),
      h('input', {
        id: 'landmark',
        maxlength: 200,
        autocomplete: 'off',
        placeholder: t('place.landmark_hint'),
        value: draft.landmark,
        oninput: written,
      }),
    ]),
  ];

  /** @param {Event} event */
  function written(event) {
    draft.landmark = /** @type {HTMLInputElement} */ (event.target).value;
    changed();
  }
}
