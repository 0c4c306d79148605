// @ts-check
/**
 * Shows home's notices: an unfinished report, a report waiting for a signal, a refused report, a new version.
 * Loaded after the first paint.
 */
import { fill, h, icon } from '../lib/dom.js';
import { discard, unfinished } from '../report/draft.js';
import { t } from '../lib/i18n.js';

/** @type {ServiceWorker | null} */
let update = null;
let taking = false;

/** Draw the notices when home is on the screen. */
export async function notices() {
  const place = document.getElementById('notices');
  if (!place) return;
  const [draft, waiting] = await Promise.all([unfinished(), globalThis.siaga.outbox.all()]);
  fill(
    place,
    waiting.map(({ state, draft_id }) =>
      notice(
        state === 'refused' ? 'warn' : 'wait',
        t(state === 'refused' ? 'send.refused' : 'home.waiting'),
        way(`/laporan/${draft_id}`, t('home.waiting_see')),
      ),
    ),
    draft &&
      notice(
        'edit',
        `${t('home.draft')}: ${t('kind.' + draft.kind)}`,
        way(`/lapor?kind=${draft.kind}`, t('home.draft_go')),
        tap(() => discard(draft).then(notices), t('home.draft_drop')),
      ),
    update && notice('info', t('app.update'), tap(takeUpdate, t('app.update_take'))),
  );
}

/** @param {string} name @param {string} line @param {...HTMLElement} ways */
const notice = (name, line, ...ways) =>
  h('div', { class: 'notice' }, icon(name), h('p', { class: 'grow' }, line), ...ways);

/** @param {string} href @param {string} words */
const way = (href, words) => h('a', { class: 'button plain', href }, words);

/** @param {() => void} onclick @param {string} words */
const tap = (onclick, words) => h('button', { class: 'button plain', type: 'button', onclick }, words);

/** Activate the new version after consent and reload the page with it. */
function takeUpdate() {
  taking = true;
  update?.postMessage('take over');
}

/** How long later work waits for the service worker's cache. */
const PATIENCE_MS = 8000;

/**
 * Register the service worker. A new version is offered only on home, never during a report.
 * A page that loads while its first worker takes over is missed by it and says so.
 * Resolves once files are served from the phone, or after `PATIENCE_MS`.
 */
export async function serviceWorker() {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('controllerchange', () => taking && location.reload());
  const registration = await navigator.serviceWorker.register('/sw.js');
  const ready = (/** @type {ServiceWorker | null} */ worker) => {
    if (worker?.state !== 'installed' || !navigator.serviceWorker.controller) return;
    update = worker;
    void notices();
  };
  ready(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => ready(worker));
  });
  const late = new Promise((/** @type {(late: undefined) => void} */ go) => setTimeout(go, PATIENCE_MS, undefined));
  const served = await Promise.race([navigator.serviceWorker.ready, late]);
  if (!navigator.serviceWorker.controller) served?.active?.postMessage('claim');
}
