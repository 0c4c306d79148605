// @ts-check
/** Shows a report's true state after *Kirim*: saved, waiting or sent. */
import { fill, go, h, icon } from '../lib/dom.js';
import { reports } from '../lib/store.js';
import { fetchCity } from '../lib/city.js';
import { clock, t } from '../lib/i18n.js';

/** After this long without an answer, the call and the SMS are shown first. */
const PATIENCE_MS = 8000;

/**
 * @param {HTMLElement} root
 * @param {{id: string, kind: string, location: SiagaLocation | null, landmark?: string}} draft
 * @param {boolean} saved whether the report is on this phone's disk
 */
export async function showSending(root, draft, saved) {
  const state = h('div', { class: 'panel', role: 'status' });
  const rows = () => h('div', { class: 'rows' });
  const [ways, near, below] = [rows(), rows(), rows()];
  fill(root, h('p', { class: 'which' }, icon(draft.kind), t(`kind.${draft.kind}`)), state, near, ways, below);
  void import('../status/advice.js')
    .then(({ adviseWaiting }) => adviseWaiting(near, below, draft.kind))
    .catch(() => undefined);
  document.getElementById('main')?.focus();

  const say = (/** @type {string} */ name, /** @type {string} */ line, /** @type {string} */ more) =>
    fill(state, icon(name, 'icon-l'), h('h1', null, line), h('p', null, more));

  const offer = async () => {
    if (ways.childElementCount) return;
    const [cityData, sms] = await Promise.all([fetchCity(), import('./sms.js').catch(() => null)]);
    const kelurahan = cityData?.kelurahan.find((item) => item.code === draft.location?.kelurahan)?.name;
    const landmark = draft.landmark ?? draft.location?.landmark;
    const text = sms?.smsText({
      key: draft.id,
      word: t(`kind.${draft.kind}`),
      location: draft.location,
      kelurahan,
      landmark,
    });
    if (ways.childElementCount) return;
    fill(
      ways,
      h('p', { class: 'strong' }, t('send.slow')),
      h('a', { class: 'call', href: 'tel:112' }, icon('phone', 'icon-l'), t('call.112')),
      sms && [
        h('a', { class: 'button', href: sms.smsLink(cityData?.sms ?? '112', text ?? '') }, icon('sms'), t('send.sms')),
        h('p', { class: 'soft' }, t('send.sms_how')),
      ],
    );
  };
  const wait = () => {
    say(
      'wait',
      t('send.waiting'),
      t(saved ? ('SyncManager' in globalThis ? 'send.waiting_how' : 'send.waiting_here') : 'send.unsaved'),
    );
    if (!navigator.onLine) void offer();
  };
  const sent = (/** @type {SiagaReport} */ report) => {
    leave();
    fill(ways, h('a', { class: 'button', href: `/laporan/${report.id}` }, t('send.follow'), icon('next')));
    say('check', t('send.sent', { time: clock(report.sent_at) }), t('send.number', { number: report.number }));
    if (root.isConnected) go(`/laporan/${report.id}`, { replace: true, state: { inside: false, draft: undefined } });
  };
  const refused = () => {
    say('warn', t('send.refused'), t('send.saved'));
    void offer();
  };

  const deaf = globalThis.siaga.listen((news) => {
    if (!('key' in news) || news.key !== draft.id) return;
    if (news.what === 'sent') sent(news.report);
    else if (news.what === 'waiting') wait();
    else refused();
  });
  const timer = setTimeout(() => void offer(), PATIENCE_MS);
  const leave = () => {
    clearTimeout(timer);
    deaf();
  };

  if (navigator.onLine) say('send', t('send.sending'), t(saved ? 'send.saved' : 'send.unsaved'));
  else wait();
  await catchUp();
  return leave;

  /** Show an answer that arrived before this screen listened. */
  async function catchUp() {
    const done = (await reports.all().catch(() => [])).find((report) => report.draft_id === draft.id);
    if (done) return sent(done);
    const row = (await globalThis.siaga.outbox.all()).find((item) => item.draft_id === draft.id);
    if (row?.state === 'refused') refused();
    else if (row?.tries) wait();
  }
}
