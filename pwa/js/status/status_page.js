// @ts-check
/** Shows a sent report: progress, advice while waiting, and ways to add information. */
import '../worker/photo_upload.js';
import { advice } from './advice.js';
import { questionPanel } from './questions.js';
import { fill, h, icon, go } from '../lib/dom.js';
import { drawProgress, steps, words } from './progress.js';
import { later } from '../lib/lazy_assets.js';
import { photoPicker } from '../report/photo_picker.js';
import { pushOffer } from './push_opt_in.js';
import { nearbyQuestion } from './nearby_question.js';
import { followups, photos, reports } from '../lib/store.js';
import { strikeNotice } from './strike_notice.js';
import { conversation, heard, signals } from './messages.js';
import { alarmAt, track } from './poll.js';
import { clock, day, has, t } from '../lib/i18n.js';

/** A stored response older than this is marked as old until the server responds. */
const OLD_MS = 60000;

/**
 * @param {HTMLElement} root
 * @param {{id: string, token: string}} report
 * @returns {Promise<() => void>} to call when the screen is left
 */
export async function showStatus(root, { id, token }) {
  await later();
  const row = await reports.get(id).catch(() => undefined);
  let kind = '';
  const parts = frame(id);
  fill(root, parts.element);
  if (row) head(parts.title, row.last?.status ?? row);
  if (row) void advise(row.kind);
  const talk = conversation(id);
  const sendSignal = signals(id);
  fill(parts.signals, sendSignal.element);
  fill(parts.talk, talk.element);
  const near = nearbyQuestion(id);
  fill(parts.near, near.element);
  const asks = questionPanel({ id, token });
  fill(parts.asks, asks.element);
  fill(parts.needs, asks.needs);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let bell;
  let seen = '';
  let fairly = '';
  /** @type {import('./poll.js').Known | null} */
  let known = null;

  /** @param {import('./poll.js').Known} news */
  function changed(news) {
    known = news;
    draw();
    void talk.show(news.status?.messages ?? []);
    void near.show(news.status);
    void asks.show(news);
    if (news.status) void advise(news.status.kind);
  }

  /** Show advice from this phone at once, before the server responds. @param {string} now */
  async function advise(now) {
    if (kind === now) return;
    kind = now;
    const section = await advice(kind);
    if (section) fill(parts.advice, section);
  }

  function draw() {
    if (!known) return;
    clearTimeout(bell);
    const { status } = known;
    fill(parts.news, freshness(known));
    if (!status) return;
    const fair = JSON.stringify([status.strike, status.caution]);
    if (fair !== fairly) fill(parts.fair, strikeNotice({ id, token }, status));
    fairly = fair;
    head(parts.title, status);
    const rings = alarmAt(known);
    const late = rings !== null && rings <= Date.now();
    if (rings !== null && !late) bell = setTimeout(draw, rings - Date.now() + 50);
    const done = steps(status.ladder);
    const now = JSON.stringify([done, late]);
    if (now === seen) return;
    const news = seen !== '';
    seen = now;
    parts.element.classList.toggle('late', late);
    parts.element.classList.toggle('over', status.state === 'closed');
    fill(parts.state, late ? alarm() : present(done, status));
    fill(parts.ladder, drawProgress(done, status.state, row?.made_at ?? null));
    const last = done.at(-1);
    if (news && last && !late) fill(parts.voice, `${words(last)}, ${clock(last.at)}`);
  }

  await sendSignal.refresh();
  const stops = [
    asks.stop,
    track({ id, token }, changed),
    heard(id, () => void sendSignal.refresh()),
    await photoPicker(parts.photos, { id: row?.draft_id ?? id, report_id: id }),
    await pushOffer(parts.push),
  ];
  return () => {
    clearTimeout(bell);
    for (const stop of stops) stop();
  };
}

/** @param {string} id */
function frame(id) {
  const part = (/** @type {string} */ name) => h('div', { class: name });
  const parts = {
    title: part('title'),
    news: part('news'),
    state: part('state'),
    ladder: part('steps-so-far'),
    near: part('near-place'),
    asks: part('asks-place'),
    needs: part('needs-place'),
    advice: part('advice-place'),
    signals: part('signals-place'),
    talk: part('talk-place'),
    photos: part('field'),
    push: part('push-place'),
    fair: part('fair-place'),
    voice: h('p', { class: 'visually-hidden', role: 'status' }),
  };
  const forgetting = h(
    'button',
    { type: 'button', class: 'button plain', onclick: () => void forget(id) },
    icon('trash'),
    t('status.forget'),
  );
  const element = h(
    'div',
    { class: 'status' },
    h('div', { class: 'column' }, parts.title, parts.asks, parts.state, parts.near, parts.news, parts.voice),
    h('div', { class: 'column beside' }, parts.advice),
    h('div', { class: 'column' }, parts.ladder, parts.push, parts.fair),
    h('div', { class: 'column' }, parts.signals, parts.talk, parts.needs, parts.photos, forgetting),
  );
  return { ...parts, element };
}

/** @param {HTMLElement} place @param {{ kind: string, number: string, simulation?: boolean }} of */
function head(place, { kind, number, simulation }) {
  const drill =
    simulation && h('p', { class: 'drill' }, h('strong', null, t('status.drill')), ' ', t('status.drill_what'));
  fill(
    place,
    drill,
    h('p', { class: 'which' }, icon(kind), t(`kind.${kind}`)),
    h('h1', null, t('status.title', { number })),
  );
}

/** Draw the newest step, large. @param {import('./progress.js').Step[]} done @param {SiagaStatus} status */
function present(done, status) {
  const last = done.at(-1);
  const closed = status.state === 'closed';
  const picture = {
    received: 'check',
    opened: 'eye',
    forwarded: 'send',
    accepted: 'check',
    en_route: 'truck',
    on_scene: 'arrived',
    lead: 'send',
    hand_over: 'send',
    reassigning: 'send',
    closed: 'check',
    reopen: 'eye',
    merged_into: 'check',
    unmerged_from: 'eye',
  };
  const name = last?.name ?? 'received';
  const kind = `status.next.${name}.${status.kind}`;
  const next = has(kind) ? kind : `status.next.${name}`;
  const waits = /^wa(?:king|iting)/.test(name) ? 'wait' : 'info';
  const sent = name === 'received' && last;
  const headline = sent ? t('send.sent', { time: clock(last.at) }) : last ? words(last) : t('rung.received');
  return h(
    'div',
    { class: closed ? 'now closed' : 'now' },
    icon(/** @type {Record<string, string>} */ (picture)[name] ?? waits, 'icon-l'),
    h('div', { class: 'grow' }, h('p', { class: 'strong' }, headline), h('p', null, t(next))),
  );
}

/** Show the voice call first when the report was not opened in time. */
const alarm = () =>
  h(
    'div',
    { class: 'alarm', role: 'alert' },
    h('p', { class: 'strong' }, icon('warn'), h('span', null, t('status.late'))),
    h(
      'a',
      { class: 'call call-large', href: 'tel:112' },
      icon('phone', 'icon-l'),
      h('span', null, t('call.112'), h('small', null, t('call.free'))),
    ),
    h('p', null, t('status.late_why')),
  );

/** Show how current the status is. @param {import('./poll.js').Known} known */
function freshness({ state, at }) {
  if (state === 'gone') return h('p', { class: 'old' }, icon('warn'), t('status.gone'));
  if (!at) return state === 'away' && h('p', { class: 'old' }, icon('wait'), t('status.no_signal'));
  const today = new Date(at).toDateString() === new Date().toDateString();
  const time = today ? clock(at) : `${day(at)} ${clock(at)}`;
  const old = state === 'away' || (state === 'asking' && Date.now() - Date.parse(at) > OLD_MS);
  return old
    ? h('p', { class: 'old' }, icon('wait'), t('status.old', { time }))
    : h('p', { class: 'soft' }, t('status.fresh', { time }));
}

/** Remove the report from this phone; dispatch keeps it. @param {string} id */
async function forget(id) {
  if (!confirm(t('status.forget_sure'))) return;
  const row = await reports.get(id);
  for (const photo of await photos.all())
    if (photo.report_id === id || photo.owner === row?.draft_id) await photos.remove(photo.id);
  for (const followup of await followups.all()) if (followup.report_id === id) await followups.remove(followup.id);
  await reports.remove(id);
  go('/laporan', { replace: true });
}
