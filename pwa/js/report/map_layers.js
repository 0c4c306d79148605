// @ts-check
/** Draws the map's background: kelurahan outlines, names, and tiles where the city has configured them. */
import { style } from '../lib/lazy_assets.js';
import { request } from '../lib/request.js';
import { fetchCity } from '../lib/city.js';
import { asset } from '../lib/i18n.js';

const NAMES_FROM_ZOOM = 12;
/** Degrees; farther than this from every kelurahan, no name is shown. */
const NEAR_DEG = 0.05;

/** @type {Promise<any> | null} */
let library = null;

/** Load Leaflet from this server. @returns {Promise<any>} */
export function leaflet() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = asset('leaflet/leaflet.js');
    script.onload = () => resolve(/** @type {any} */ (window).L);
    script.onerror = () => {
      library = null;
      script.remove();
      reject(new Error('leaflet'));
    };
    document.head.append(script);
  });
  return library;
}

export const leafletStyle = () => style('leaflet/leaflet.css').then(() => style('css/map.css'));

/** @type {Promise<any> | null} */
let outlines = null;

/** Fetch the outlines of the kelurahan, where an installation has them. */
function kelurahan() {
  outlines ??= request('/api/v1/geo/kelurahan.geojson').then((answer) => {
    if (!answer.ok && answer.status !== 404) outlines = null;
    return answer.ok ? answer.body : null;
  });
  return outlines;
}

/**
 * Return the city's map settings: tiles, attribution, names.
 * @returns {Promise<{tiles: string, attribution: string, nearest?: number, names: {name: string, lat: number,
 *   lon: number}[]}>}
 */
export async function fetchMapSettings() {
  const cityData = /** @type {any} */ (await fetchCity());
  const { tiles = '', attribution = '', max_zoom } = cityData?.map ?? {};
  return { tiles, attribution, nearest: max_zoom ?? undefined, names: cityData?.kelurahan ?? [] };
}

/** @param {any} L @param {any} map @param {Awaited<ReturnType<typeof fetchMapSettings>>} ground */
export async function drawGround(L, map, ground) {
  const { tiles, attribution, nearest } = ground;
  if (tiles) L.tileLayer(tiles, { attribution: plain(attribution), maxZoom: 19, maxNativeZoom: nearest }).addTo(map);
  const pane = map.createPane('ground');
  pane.style.zIndex = '250'; // under the circle of the accuracy
  const shapes = await kelurahan();
  if (!map.getPane('mapPane')) return;
  if (shapes?.features?.length) {
    L.geoJSON(shapes, {
      pane: 'ground',
      interactive: false,
      style: () => ({ className: 'outline' }),
      attribution: plain(shapes.attribution),
    }).addTo(map);
  }
  const names = L.layerGroup(
    ground.names.map(({ name, lat, lon }) =>
      L.marker([lat, lon], { interactive: false, keyboard: false, icon: label(L, name) }),
    ),
  );
  const fit = () => (map.getZoom() >= NAMES_FROM_ZOOM ? names.addTo(map) : names.remove());
  map.on('zoomend', fit);
  fit();
}

/** @param {any} L @param {string} name */
function label(L, name) {
  const words = document.createElement('span');
  words.textContent = name;
  return L.divIcon({ className: 'name', iconSize: [0, 0], html: words });
}

/** Escape text, since Leaflet takes markup. @param {string | undefined} text */
function plain(text) {
  const words = document.createElement('span');
  words.textContent = text ?? '';
  return words.innerHTML;
}

/**
 * Return the kelurahan that contains a point (exact) or the nearest one; null far from all.
 * @param {{lat: number, lon: number}} at
 * @returns {Promise<{name: string, exact: boolean} | null>}
 */
export async function nameOf({ lat, lon }) {
  const inside = (await kelurahan())?.features?.find((/** @type {any} */ feature) =>
    within(feature.geometry, lon, lat),
  );
  if (inside) return { name: inside.properties.nama, exact: true };
  const far = (/** @type {{lat: number, lon: number}} */ item) => Math.hypot(item.lat - lat, item.lon - lon);
  const [first] = [...((await fetchCity())?.kelurahan ?? [])].sort((a, b) => far(a) - far(b));
  return first && far(first) < NEAR_DEG ? { name: first.name, exact: false } : null;
}

/** @param {{type: string, coordinates: any[]}} geometry @param {number} x @param {number} y */
function within({ type, coordinates }, x, y) {
  const polygons = type === 'Polygon' ? [coordinates] : coordinates;
  return polygons.some(
    ([outer, ...holes]) =>
      ring(outer, x, y) && !holes.some((/** @type {[number, number][]} */ hole) => ring(hole, x, y)),
  );
}

/** Apply the even-odd rule to a ring. @param {[number, number][]} points @param {number} x @param {number} y */
function ring(points, x, y) {
  let odd = false;
  let [xj, yj] = points[points.length - 1] ?? [x, y];
  for (const [xi, yi] of points) {
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    [xj, yj] = [xi, yi];
  }
  return odd;
}
