// @ts-check
/** Runs an agency's task list: new tasks appear and ring; push reaches the phone when the page is closed. */
import { prepareSound, ring } from '../lib/alarm_sound.js';
import { refresh } from '../lib/live_regions.js';
import { preparePush } from '../lib/push.js';
import { follow } from '../lib/stream.js';

const list = /** @type {HTMLElement} */ (document.getElementById('live-tasks'));
const title = document.title;

const waiting = () =>
  new Set(
    [...document.querySelectorAll('.task-card.a-notified')].map((card) => /** @type {HTMLElement} */ (card).dataset.id),
  );

function count() {
  const { size } = waiting();
  document.title = size ? `(${size}) ${title}` : title;
}

follow({
  seq: Number(list.dataset.seq),
  onNews: async ({ incidents }) => {
    if (!incidents.length) return;
    const before = waiting();
    await refresh();
    if ([...waiting()].some((id) => !before.has(id))) ring();
    count();
  },
});
prepareSound();
count();
void preparePush();
