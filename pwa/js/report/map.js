// @ts-check
/** Lets the reporter mark the place on a map by tap, drag, arrow keys or buttons. Loaded only on request. */
import { fill, h, icon } from '../lib/dom.js';
import { later } from '../lib/lazy_assets.js';
import { drawGround, fetchMapSettings, leaflet, leafletStyle, nameOf } from './map_layers.js';
import { t } from '../lib/i18n.js';

/** Initial view of the map: the city's centre, never used as a position. */
const CITY = [0.133, 117.49];
const CITY_ZOOM = 13;
/** Zoom for a known position; without tiles, the names nearby must be visible. */
const NEAR_ZOOM = { tiles: 17, plain: 15 };
const METRES_A_DEGREE = 111320;
/** Steps of the arrow keys, in metres; the one nearest to `STEP_PX` on the screen is taken. */
const STEPS_M = [2, 5, 10, 20, 50, 100, 200, 500];
const LONGEST_STEP_M = 1000;
const STEP_PX = 8;
const ARROWS = /** @type {const} */ ({
  ArrowLeft: ['west', 0, -1],
  ArrowUp: ['north', 1, 0],
  ArrowDown: ['south', -1, 0],
  ArrowRight: ['east', 0, 1],
});

/**
 * Open the map over the page. Nothing is chosen until the reporter confirms.
 * @param {object} at
 * @param {number | null} [at.lat]
 * @param {number | null} [at.lon]
 * @param {number | null} [at.accuracy_m] accuracy radius of the phone's position
 * @param {(to: {lat: number, lon: number}) => void} at.onMove called with the chosen point
 */
export async function openMap({ lat = null, lon = null, accuracy_m = null, onMove }) {
  const [L, ground] = await Promise.all([leaflet(), fetchMapSettings(), leafletStyle(), later()]);
  /** @type {{lat: number, lon: number} | null} */
  let point = lat === null || lon === null ? null : { lat, lon };
  const view = h('div', {
    class: 'map',
    tabindex: 0,
    role: 'application',
    'aria-label': t('map.label'),
    'aria-describedby': 'map-hint',
  });
  const step = h('span', { class: 'strong' });
  const where = h('p', { class: 'strong', role: 'status' });
  const use = h('button', { type: 'button', class: 'button', onclick: take }, icon('check'), t('map.use'));
  const dialog = h(
    'dialog',
    { class: 'map-dialog', 'aria-label': t('map.title'), onclose: close },
    h(
      'div',
      { class: 'map-top' },
      h('h2', null, t('map.title')),
      h(
        'button',
        { type: 'button', class: 'button plain', onclick: () => dialog.close() },
        icon('close'),
        t('map.cancel'),
      ),
    ),
    view,
    h(
      'div',
      { class: 'map-foot' },
      where,
      h('p', { id: 'map-hint', class: 'soft' }, t('map.hint'), ' ', step),
      h(
        'div',
        { class: 'pad' },
        Object.entries(ARROWS).map(([key, [side]]) => arrow(key, side)),
      ),
      use,
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  const map = L.map(view, { keyboard: false, zoomControl: false, attributionControl: true });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: t('map.nearer'), zoomOutTitle: t('map.farther') }).addTo(map);
  map.setView(point ? [point.lat, point.lon] : CITY, point ? NEAR_ZOOM[ground.tiles ? 'tiles' : 'plain'] : CITY_ZOOM);
  L.control.scale({ imperial: false }).addTo(map);
  void drawGround(L, map, ground);
  if (point && accuracy_m)
    L.circle([point.lat, point.lon], { radius: accuracy_m, className: 'around', interactive: false }).addTo(map);
  const pin = L.marker(CITY, {
    draggable: true,
    keyboard: false,
    icon: L.divIcon({ className: 'pin', iconSize: [48, 48], iconAnchor: [24, 44] }),
  });
  pin.on('add', () => fill(pin.getElement(), icon('place')));
  pin.on('dragend', () => moveTo(pin.getLatLng()));
  map.on('click', (/** @type {any} */ event) => moveTo(event.latlng));
  map.on('zoomend', say);
  view.addEventListener('keydown', pressed);
  if (point) moveTo({ lat: point.lat, lng: point.lon });
  else say();
  view.focus();

  /** @param {{lat: number, lng: number}} to */
  function moveTo(to) {
    point = { lat: round(to.lat), lon: round(to.lng) };
    pin.setLatLng([point.lat, point.lon]).addTo(map);
    if (!map.getBounds().pad(-0.1).contains(pin.getLatLng())) map.panTo(pin.getLatLng());
    say();
  }

  function say() {
    use.disabled = !point;
    fill(step, t('map.step', { metres: metres() }));
    const here = point;
    if (!here) return fill(where, t('map.none'));
    void nameOf(here).then((found) => {
      if (here !== point) return;
      fill(where, found ? t(found.exact ? 'map.in' : 'map.near', { name: found.name }) : t('map.placed'));
    });
  }

  /** Return the length of one step at this zoom. */
  function metres() {
    const scale = (METRES_A_DEGREE * 360) / (256 * 2 ** map.getZoom());
    return STEPS_M.find((step) => step >= STEP_PX * scale) ?? LONGEST_STEP_M;
  }

  /** @param {string} key one of ARROWS */
  function nudge(key) {
    const [, north, east] = ARROWS[/** @type {keyof typeof ARROWS} */ (key)];
    const from = point ?? { lat: map.getCenter().lat, lon: map.getCenter().lng };
    const degrees = metres() / METRES_A_DEGREE;
    moveTo({
      lat: from.lat + north * degrees,
      lng: from.lon + (east * degrees) / Math.cos((from.lat * Math.PI) / 180),
    });
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.target !== view || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in ARROWS) nudge(event.key);
    else if (event.key === '+' || event.key === '=') map.zoomIn();
    else if (event.key === '-') map.zoomOut();
    else if (event.key === 'Enter') point ? take() : moveTo(map.getCenter());
    else return;
    event.preventDefault();
  }

  /** @param {string} key @param {string} side */
  function arrow(key, side) {
    return h(
      'button',
      { type: 'button', class: `button quiet ${side}`, 'aria-label': t(`map.${side}`), onclick: () => nudge(key) },
      icon('next'),
    );
  }

  function take() {
    if (point) onMove(point);
    dialog.close();
  }

  function close() {
    map.remove();
    dialog.remove();
  }
}

/** Round to six decimals, about 0.1 m. @param {number} degrees */
const round = (degrees) => Math.round(degrees * 1e6) / 1e6;
