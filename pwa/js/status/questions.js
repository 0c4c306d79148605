// @ts-check
/**
 * Shows the operator's questions one at a time, with two large pictures, without keyboard or sound, and shares the
 * position on request.
 */
import '../worker/followup_outbox.js';
import { fill, h, icon } from '../lib/dom.js';
import { request } from '../lib/request.js';
import { followups } from '../lib/store.js';
import { t } from '../lib/i18n.js';

const ACCURATE = { enableHighAccuracy: true, maximumAge: 5000, timeout: 20000 };
/** Shortest interval between two sent positions. */
const EVERY_MS = 15000;
const MINUTE_MS = 60000;

/**
 * @param {{id: string, token: string}} report
 * @returns {{element: HTMLElement, needs: HTMLElement, show: (known: import('./poll.js').Known) =>
 *   Promise<void>, stop: () => void}}
 */
export function questionPanel({ id, token }) {
  const element = h('div', { class: 'question-panel', 'aria-live': 'polite' });
  const box = h('input', {
    type: 'checkbox',
    id: 'no-voice',
    onchange: () => void keep('no_voice', box.checked ? 'yes' : 'no'),
  });
  const line = h('small', { class: 'soft', role: 'status' });
  const needs = h(
    'div',
    { class: 'field' },
    h('label', { class: 'check', for: 'no-voice' }, box, h('span', null, t('interview.no_voice'))),
    line,
  );
  const fault = h('p', { class: 'old', role: 'alert' });
  let drawn = '';
  /** @type {Set<string>} */
  const read = new Set();
  /** @type {import('./poll.js').Known | null} */
  let known = null;
  /** @type {number | null} */
  let watch = null;
  let sent = 0;
  /** Number of taps not stored yet: until they are, the server's response is older than the reporter's answer. */
  let keeping = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let bell;

  /** @param {SiagaFollowup['what']} what @param {string} content */
  async function keep(what, content) {
    keeping += 1;
    try {
      await globalThis.siaga.follow?.(id, what, content);
    } finally {
      keeping -= 1;
    }
    if (known) await show(known);
  }

  const rows = async () => (await followups.all().catch(() => [])).filter((row) => row.report_id === id);

  /** @param {import('./poll.js').Known} news */
  async function show(news) {
    known = news;
    clearTimeout(bell);
    const { status, skew_ms } = news;
    if (!status) return;
    const own = (await rows()).sort((a, b) => a.made_at.localeCompare(b.made_at));
    const need = own.filter((row) => row.what === 'no_voice').at(-1);
    const waits = need?.state === 'waiting';
    const spared = waits ? need.content === 'yes' : status.needs.includes('no_voice');
    if (!keeping) box.checked = spared;
    fill(
      line,
      waits
        ? t('follow.waiting')
        : need?.state === 'refused'
          ? t('follow.refused')
          : spared && t('interview.no_voice_known'),
    );
    const ends = status.sharing ? Date.parse(status.sharing.until) - skew_ms : 0;
    const halted =
      status.sharing && own.some((row) => row.what === 'stop_sharing' && row.content === status.sharing?.ask);
    const left = halted ? 0 : Math.ceil((ends - Date.now()) / MINUTE_MS);
    run(left > 0 ? (status.sharing?.ask ?? null) : null);
    if (left > 0) bell = setTimeout(() => void show(news), Math.min(MINUTE_MS, ends - Date.now() + 50));
    const ask = status.ask;
    const tapped = ask && own.filter((row) => row.what === 'answer' && row.content.startsWith(ask.id)).at(-1);
    const now = JSON.stringify([ask, tapped && [tapped.content, tapped.state], left, halted]);
    if (now !== drawn) {
      drawn = now;
      fill(
        element,
        left > 0 && status.sharing ? running(status.sharing.ask, left) : null,
        ask && card(ask, tapped ?? undefined),
      );
    }
    await look(status);
  }

  /** Report to dispatch which questions are shown on a visible page. @param {SiagaStatus} status */
  async function look(status) {
    if (document.hidden) return;
    const words = status.messages
      .filter((message) => message.from === 'operator' && !message.read_at)
      .map((message) => message.id);
    const ids = [...words, ...(status.ask ? [status.ask.id] : [])].filter((word) => !read.has(word));
    if (!ids.length) return;
    const answer = await request(`/api/v1/reports/${id}/seen`, {
      method: 'POST',
      token,
      json: { ids: ids.slice(0, 100) },
    });
    if (answer.ok) for (const item of ids.slice(0, 100)) read.add(item);
  }

  /** @param {SiagaQuestion} ask @param {SiagaFollowup | undefined} tapped */
  function card(ask, tapped) {
    const answered = tapped?.state === 'waiting' ? tapped.content.slice(37) : ask.answer;
    const title = h('h2', { id: 'ask-title' }, ask.words);
    const where = tapped
      ? t(
          tapped.state === 'done'
            ? 'interview.received'
            : tapped.state === 'refused'
              ? 'follow.refused'
              : 'follow.waiting',
        )
      : answered && t('interview.received');
    const choose = (/** @type {string} */ answer, /** @type {string} */ picture) =>
      h(
        'button',
        {
          type: 'button',
          class: 'button quiet ask-choice',
          'aria-pressed': String(answered === answer),
          onclick: () => void keep('answer', `${ask.id} ${answer}`),
        },
        icon(picture, 'icon-l'),
        t(`interview.${answer}`),
      );
    const small = (/** @type {string} */ answer, /** @type {string} */ words) =>
      h(
        'button',
        {
          type: 'button',
          class: 'button plain',
          'aria-pressed': String(answered === answer),
          onclick: () => void keep('answer', `${ask.id} ${answer}`),
        },
        words,
      );
    const acts = { photo: photo, position: place, share: () => void keep('answer', `${ask.id} yes`) };
    const what = ask.what;
    const answers =
      what === 'question'
        ? [
            h('div', { class: 'two' }, choose('yes', 'check'), choose('no', 'close')),
            small('unknown', t('interview.unknown')),
          ]
        : [
            h(
              'button',
              { type: 'button', class: 'button', onclick: () => void acts[what](ask.id) },
              icon(what === 'photo' ? 'photo' : 'gps'),
              t(`interview.do.${what}`),
            ),
            small('no', t('interview.cannot')),
          ];
    return h(
      'section',
      { class: 'panel', 'aria-labelledby': 'ask-title' },
      title,
      answers,
      h('p', { class: 'soft' }, where),
      fault,
    );
  }

  /** @param {string} ask @param {number} left */
  const running = (ask, left) =>
    h(
      'section',
      { class: 'panel' },
      h('p', { class: 'strong' }, t('interview.sharing', { n: String(left) })),
      h(
        'button',
        { type: 'button', class: 'button quiet', onclick: () => void keep('stop_sharing', ask) },
        t('interview.stop'),
      ),
      fault,
    );

  /** Open this page's photo picker; choosing a photo answers the question. @param {string} ask */
  function photo(ask) {
    const chooser = /** @type {HTMLInputElement | null} */ (document.querySelector('.status input[type=file]'));
    chooser?.addEventListener('change', () => chooser.files?.length && void keep('answer', `${ask} yes`), {
      once: true,
    });
    chooser?.click();
  }

  /** @param {string} ask */
  function place(ask) {
    fill(fault, t('interview.searching'));
    navigator.geolocation?.getCurrentPosition((found) => void send(ask, found), missed, ACCURATE);
    if (!navigator.geolocation) missed();
  }

  /** @param {string} ask @param {GeolocationPosition} found */
  async function send(ask, { coords, timestamp }) {
    const age_s = Math.max(0, Math.round((Date.now() - timestamp) / 1000));
    const json = { ask, lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.round(coords.accuracy), age_s };
    const answer = await request(`/api/v1/reports/${id}/positions`, { method: 'POST', token, json });
    fill(fault, answer.ok ? null : t('interview.not_sent'));
    if (answer.ok && known?.status) {
      Object.assign(known.status, { ask: answer.body.ask, sharing: answer.body.sharing });
      await show(known);
    }
  }

  const missed = () => fill(fault, t('interview.no_position'));

  /** Share the position while the request runs. @param {string | null} ask */
  function run(ask) {
    if (!ask) return halt();
    if (watch !== null || !navigator.geolocation) return;
    watch = navigator.geolocation.watchPosition(
      (found) => {
        if (Date.now() - sent < EVERY_MS) return;
        sent = Date.now();
        void send(ask, found);
      },
      missed,
      ACCURATE,
    );
  }

  function halt() {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    watch = null;
  }

  const stop = () => {
    clearTimeout(bell);
    halt();
  };
  return { element, needs, show, stop };
}
