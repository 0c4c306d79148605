// @ts-check
/** Draws the screen of each address and runs the call beacon, updates and waiting reports. */
import '../worker/shared.js';
import '../worker/report_outbox.js';
import { fill, go, h, icon } from '../lib/dom.js';
import { keepSending } from '../report/draft.js';
import { fetchKinds } from '../lib/city.js';
import { forgetPosition } from '../lib/geolocation.js';
import { showReport } from '../report/report_form.js';
import { showSending } from '../report/sending.js';
import { reports, settings } from '../lib/store.js';
import { lang, loadWords, moreWords, t } from '../lib/i18n.js';

/** @typedef {void | (() => void)} Leave cleanup to run when the screen is left */

const bar = /** @type {HTMLElement} */ (document.querySelector('.bar'));
const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const foot = /** @type {HTMLElement} */ (document.querySelector('.foot'));
/** Home as the server rendered it, kept while another screen is shown. */
const home = document.body.classList.contains('home')
  ? { bar: [...bar.childNodes], main: [...main.childNodes], title: document.title }
  : null;

/** Page shown after *Keluar cepat*, and how long it ignores taps. */
const NEUTRAL = '/pasang';
const STEADY_MS = 700;

/** @type {Leave} */
let leave;
/** Counts the screens, so that a slow screen does not draw over its successor. */
let turn = 0;

/** @type {[RegExp, string, (root: HTMLElement, found: RegExpMatchArray) => Promise<Leave>][]} */
const SCREENS = [
  [/^\/lapor$/, 'report.title', reporting],
  [/^\/laporan$/, 'home.mine', async (root) => (await later(() => import('./my_reports.js'))).showMine(root)],
  [/^\/laporan\/([\w-]+)$/, 'home.mine', following],
  [/^\/nomor$/, 'home.numbers', async (root) => (await later(() => import('./phone_directory.js'))).showNumbers(root)],
  [/^\/pasang$/, 'home.install', async (root) => (await later(() => import('./install.js'))).showInstall(root)],
];

/** Load a later screen's module together with its texts. @template T @param {() => Promise<T>} load */
async function later(load) {
  const [module] = await Promise.all([load(), moreWords()]);
  return module;
}

/** @param {HTMLElement} root */
function reporting(root) {
  const query = new URLSearchParams(location.search);
  const kind = query.get('kind');
  return showReport(root, { ...history.state, kind: kind === 'violence_home' ? null : kind });
}

/** @param {HTMLElement} root @param {RegExpMatchArray} found */
async function following(root, [, id = '']) {
  const sent = await reports.all().catch(() => []);
  const report = sent.find((item) => item.id === id || item.draft_id === id);
  if (report) {
    if (report.id !== id) history.replaceState(history.state, '', `/laporan/${report.id}`);
    return (await later(() => import('../status/status_page.js'))).showStatus(root, {
      id: report.id,
      token: report.token,
    });
  }
  const row = (await globalThis.siaga.outbox.all()).find((item) => item.draft_id === id);
  if (row) return showSending(root, { id, kind: row.kind, location: row.location }, true);
  return (await later(() => import('./my_reports.js'))).showMine(root);
}

/** Draw the screen of the current address. */
async function draw() {
  turn += 1;
  const mine = turn;
  leave?.();
  leave = undefined;
  const screen = SCREENS.find(([path]) => path.test(location.pathname));
  if (!screen) return drawHome();
  const [path, title, show] = screen;
  const root = h('div', { class: 'screen' }, h('p', { class: 'soft' }, t('app.loading')));
  document.body.className = 'narrow';
  fill(
    bar,
    backLink(),
    h('a', { class: 'call call-short', href: 'tel:112' }, icon('phone'), h('span', null, t('call.112'))),
  );
  fill(main, root);
  foot.hidden = true;
  document.title = `${t(title)} — ${t('app.name')}`;
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
  try {
    const done = await show(root, /** @type {RegExpMatchArray} */ (location.pathname.match(path)));
    if (turn === mine) leave = done;
    else done?.();
  } catch {
    fill(
      root,
      h('h1', null, t('app.not_loaded')),
      h('button', { class: 'button', type: 'button', onclick: draw }, t('app.retry')),
    );
  }
}

function backLink() {
  const inside = history.state?.inside;
  return h('a', { class: 'button plain back', href: '/', onclick: inside ? back : null }, icon('back'), t('app.back'));
}

/** @param {Event} event */
function back(event) {
  event.preventDefault();
  event.stopPropagation();
  history.back();
}

function drawHome() {
  forgetPosition();
  if (!home) return location.replace('/');
  if (document.body.className !== 'home') {
    document.body.className = 'home';
    bar.replaceChildren(...home.bar);
    main.replaceChildren(...home.main);
    foot.hidden = false;
    document.title = home.title;
    scrollTo(0, 0);
  }
  notices();
}

/** Show on home what waits on this phone. */
function notices() {
  if (!document.getElementById('notices')) return;
  void import('./home_notices.js').then((module) => module.notices()).catch(() => undefined);
}

/** Send the caller's position to dispatch if it was allowed before. The call never waits for it. */
async function beacon() {
  if (!(await settings.get('position_allowed').catch(() => false))) return;
  navigator.geolocation.getCurrentPosition(
    ({ coords, timestamp }) =>
      void globalThis.siaga.request('/api/v1/calls', {
        method: 'POST',
        keepalive: true,
        json: {
          lat: coords.latitude,
          lon: coords.longitude,
          accuracy_m: Math.round(coords.accuracy),
          made_at: new Date(timestamp).toISOString(),
        },
      }),
    () => undefined,
    { enableHighAccuracy: true, maximumAge: 60000, timeout: 8000 },
  );
}

/** @param {MouseEvent} event */
function clicked(event) {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.getAttribute('href') === 'tel:112') return void beacon();
  const { origin, pathname, search } = new URL(link.href);
  if (origin !== location.origin || link.target || search.startsWith('?lang=')) return;
  if (pathname !== '/' && !SCREENS.some(([path]) => path.test(pathname))) return;
  event.preventDefault();
  go(pathname + search);
}

document.addEventListener('click', clicked);
document.addEventListener('siaga:go', (event) => {
  const { path, replace, state } = /** @type {CustomEvent} */ (event).detail;
  if (replace) history.replaceState({ inside: history.state?.inside, ...state }, '', path);
  else history.pushState({ inside: true, ...state }, '', path);
  void draw();
});
addEventListener('popstate', () => void draw());
addEventListener('pagehide', () => document.getElementById('quiet')?.removeAttribute('open'));
globalThis.siaga.listen(notices);

if (location.pathname === NEUTRAL) {
  // a trembling second tap on *Keluar cepat* must not hit what has just appeared under the finger
  document.body.style.pointerEvents = 'none';
  setTimeout(() => (document.body.style.pointerEvents = ''), STEADY_MS);
}
if (location.search === '?telepon') {
  history.replaceState(null, '', '/');
  location.href = 'tel:112';
}
if (location.search.startsWith('?lang=')) {
  void settings.put('lang', lang()).catch(() => undefined);
  history.replaceState(history.state, '', location.pathname);
}
await loadWords();
await draw();
keepSending();
void fetchKinds();
if (document.readyState === 'complete') rest();
else addEventListener('load', rest);

/** Load what the first report does not need: offline use, the silent flow (at every visit), push. */
function rest() {
  void import('./home_notices.js')
    .then(({ serviceWorker }) => serviceWorker())
    .catch(() => undefined)
    .then(() => home && import('../silent/load.js'))
    .catch(() => undefined);
  void import('../status/background_sync.js').then(({ keepUp }) => keepUp()).catch(() => undefined);
}
