// @ts-check
/** Shows *Laporan saya*: this phone's stored reports, refreshing the state of the newest ones. */
import { fill, h, icon } from '../lib/dom.js';
import { later } from '../lib/lazy_assets.js';
import { listen, request } from '../lib/request.js';
import { reports } from '../lib/store.js';
import { clock, day, t } from '../lib/i18n.js';

/** How many of the newest reports are refreshed; older ones rarely change. */
const REFRESHED = 10;

/** @param {string} at */
const moment = (at) => `${day(at)} ${clock(at)}`;

/**
 * @param {HTMLElement} root
 * @returns {Promise<() => void>}
 */
export async function showMine(root) {
  await later();
  const list = h('ul', { class: 'rows mine' });
  fill(root, h('h1', null, t('mine.title')), list);
  let stopped = false;
  await draw();
  void refresh();
  const deaf = listen((news) => {
    if (news.what === 'sent' || news.what === 'waiting' || news.what === 'refused') void draw();
    if (news.what === 'push') void refresh();
  });
  return () => {
    stopped = true;
    deaf();
  };

  async function draw() {
    const waiting = await globalThis.siaga.outbox.all();
    const sent = await all();
    if (!waiting.length && !sent.length) return fill(root, h('h1', null, t('mine.title')), empty());
    fill(
      list,
      waiting.map((row) =>
        line(
          row.draft_id,
          row.kind,
          t(row.state === 'refused' ? 'mine.refused' : 'mine.waiting'),
          moment(row.made_at),
          'wait',
        ),
      ),
      sent.map((row) => line(row.id, row.kind, stateWords(row), `${row.number} · ${moment(row.sent_at)}`)),
    );
  }

  async function refresh() {
    for (const row of (await all()).slice(0, REFRESHED)) {
      if (stopped || document.hidden) return;
      const answer = await request(`/api/v1/reports/${row.id}`, { token: row.token });
      if (!answer.ok) continue;
      await reports.amend(row.id, { last: { at: new Date().toISOString(), status: answer.body } });
      await draw();
    }
  }
}

const all = async () => (await reports.all().catch(() => [])).sort((a, b) => b.sent_at.localeCompare(a.sent_at));

/** @param {SiagaReport} row */
const stateWords = ({ last }) => {
  const state = t('state.' + (last?.status.state ?? 'received'));
  return last?.status.simulation ? t('status.drill') + ' · ' + state : state;
};

/**
 * @param {string} id
 * @param {string} kind
 * @param {string} state
 * @param {string} about
 * @param {string} [picture]
 */
const line = (id, kind, state, about, picture = kind) =>
  h(
    'li',
    null,
    h(
      'a',
      { class: 'row', href: `/laporan/${id}` },
      icon(picture),
      h('span', null, t(`kind.${kind}`), h('small', { class: 'state' }, state), h('small', { class: 'soft' }, about)),
      icon('next'),
    ),
  );

const empty = () => [h('p', null, t('mine.empty')), h('a', { class: 'button', href: '/lapor' }, t('mine.report'))];
