// @ts-check
/** Runs the incident page: live regions, other viewers' names, and the keys A (open) and F (forward). */
import { ask } from '../lib/request.js';
import { talkKeys } from './ask_reporter.js';
import { runClocks } from '../lib/timers.js';
import '../lib/copy.js';
import { openForward } from './forward.js';
import { listenKeys, prepareHelp } from '../lib/shortcuts.js';
import { refresh } from '../lib/live_regions.js';
import { prepareSound } from '../lib/alarm_sound.js';
import { follow } from '../lib/stream.js';

const LOOK_MS = 15000;
const head = /** @type {HTMLElement} */ (document.getElementById('live-head'));
const id = head.dataset.id ?? '';
const others = document.getElementById('others');

const { catchUp } = follow({
  seq: Number(head.dataset.seq),
  onNews: async ({ incidents }) => {
    if (!incidents.includes(id)) return;
    await refresh();
    void look();
  },
});

async function look() {
  if (!others || document.hidden) return;
  const answer = await ask(`/console/api/kejadian/${id}/lihat`, { method: 'POST' });
  if (!answer.ok) return;
  const names = /** @type {string[]} */ (answer.body.others);
  others.hidden = !names.length;
  const words = names.length ? (others.dataset.one ?? '').replace('{who}', names.join(', ')) : '';
  if (others.textContent !== words) others.textContent = words;
}

/** @param {string} selector */
const press = (selector) => () => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.click();

document.addEventListener('click', (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest('#live-moves a[data-move=forward]');
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void openForward(link.pathname, () => void catchUp().then(refresh));
});

if (others?.dataset.looks) {
  setInterval(look, LOOK_MS);
  addEventListener(
    'pagehide',
    () => void ask(`/console/api/kejadian/${id}/lihat?pergi=1`, { method: 'POST', keepalive: true }),
  );
}
listenKeys({
  ...talkKeys,
  a: press('#live-moves form[action$="/open"] button'),
  f: press('#live-moves a[data-move=forward]'),
  '?': prepareHelp(),
});
prepareSound();
runClocks();
