// @ts-check
/** Runs the queue page: live rows, alarm sound and keyboard. Without script the page works with plain forms. */
import { ask, t } from '../lib/request.js';
import { followCases } from './silent_rows.js';
import { runClocks } from '../lib/timers.js';
import { conflictWords, openForward } from './forward.js';
import { listenKeys, prepareHelp } from '../lib/shortcuts.js';
import { Rows } from './queue_rows.js';
import { prepareSound, ring } from '../lib/alarm_sound.js';
import { runDeferred, runWhenIdle, watchInput } from '../lib/defer_while_busy.js';
import { follow } from '../lib/stream.js';

/** Pause between alarms while a red row is unopened or a reporter's signal is unread. */
const AGAIN_MS = 15000;
/** Forms that take a row: an incident or case is opened, a closed incident is reopened. */
const ACKNOWLEDGING = 'form:is([data-move=open], [data-move=reopen])';

const list = /** @type {HTMLElement} */ (document.getElementById('rows'));
const announcer = /** @type {HTMLElement} */ (document.getElementById('announcer'));
const putIn = /** @type {HTMLElement} */ (document.getElementById('put-in'));
const rows = new Rows(list, (fresh) => {
  putIn.hidden = !fresh;
  putIn.textContent = fresh ? t('fresh', { n: String(fresh) }) : '';
});

/** @param {string} words @param {boolean} [good] */
function say(words, good = false) {
  announcer.textContent = words;
  announcer.classList.toggle('good', good);
  announcer.hidden = !words;
}

/** @param {{ red: number, waiting: number, open: number }} counts */
function count(counts) {
  for (const [name, value] of Object.entries(counts)) {
    const place = document.querySelector(`[data-count=${name}]`);
    if (place) place.textContent = String(value);
  }
  document.querySelector('.figure')?.classList.toggle('red', counts.red > 0);
  title(counts);
}

/** @param {{ red: number, waiting: number }} counts */
function title({ red, waiting }) {
  const figures = red ? `(${waiting} · ${red} ${t('red_short')}) ` : waiting ? `(${waiting}) ` : '';
  document.title = figures + t('title');
}

const figure = (/** @type {string} */ name) => Number(document.querySelector(`[data-count=${name}]`)?.textContent ?? 0);

const { catchUp } = follow({
  seq: Number(list.dataset.seq),
  onNews: ({ incidents, rows: changed = [], counts, calls }) => {
    const red = rows.apply(incidents, changed);
    if (counts) count(counts);
    const panel = document.getElementById('calls');
    if (panel && calls !== undefined && panel.innerHTML.trim() !== calls.trim())
      runWhenIdle('calls', () => (panel.innerHTML = calls));
    if (red.length) sound(red);
  },
});
const catchUpCases = followCases(list, rows, { onRed: sound });

/** @param {HTMLElement[]} red */
function sound(red) {
  ring();
  const what = red.map((row) => row.querySelector('.row-what')?.textContent?.replace(/\s+/g, ' ').trim());
  announce(t(red.every(isCalling) ? 'continues' : 'new_red', { what: what.join('; ') }));
}

/** @param {HTMLElement} row */
const isCalling = (row) => !!row.dataset.calls;

/** @param {string} words */
function announce(words) {
  const place = /** @type {HTMLElement} */ (document.getElementById('announce'));
  place.textContent = words;
}

/** @param {HTMLElement | null} row @returns {Promise<boolean>} whether the incident is open now */
async function acknowledge(row) {
  const form = /** @type {HTMLFormElement | null} */ (row?.querySelector(ACKNOWLEDGING) ?? null);
  if (!row || !form) return row?.dataset.state === 'opened';
  const answer = await ask(form.action, { method: 'POST', form: new FormData(form) });
  if (answer.ok) say(t('opened', { number: row.querySelector('.number')?.textContent ?? '' }), true);
  else say(answer.status === 409 ? conflictWords(answer.body) : t('not_sent'));
  await (row.dataset.case ? catchUpCases() : catchUp());
  return answer.ok;
}

/** @param {HTMLElement | null} row */
async function forward(row) {
  if (!row) return;
  if (row.dataset.case) return /** @type {HTMLElement | null} */ (row.querySelector('.row-link'))?.click();
  const id = row.dataset.id ?? '';
  if (/received|closed/.test(row.dataset.state ?? '') && !(await acknowledge(row))) return;
  await openForward(`/console/kejadian/${id}/forward`, () => void catchUp());
}

list.addEventListener('submit', (event) => {
  const form = /** @type {HTMLElement} */ (event.target);
  if (!form.matches(ACKNOWLEDGING)) return;
  event.preventDefault();
  void acknowledge(form.closest('.row-item'));
});
list.addEventListener('click', (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest('a[data-move=forward]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void forward(link.closest('.row-item'));
});
list.addEventListener('focusin', (event) => {
  const row = /** @type {HTMLElement} */ (event.target).closest('.row-item');
  rows.current = row instanceof HTMLElement ? (row.dataset.id ?? '') : '';
  rows.mark();
});

watchInput(list);
putIn.addEventListener('click', () => {
  const [first] = rows.fresh();
  runDeferred();
  if (first) rows.choose(first);
});
const help = prepareHelp();
const find = /** @type {HTMLInputElement} */ (document.getElementById('find'));
listenKeys({
  arrowdown: () => rows.move(1),
  arrowup: () => rows.move(-1),
  j: () => rows.move(1),
  k: () => rows.move(-1),
  enter: () => {
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    if (active?.matches('a, button, summary')) active.click();
    else /** @type {HTMLElement | null} */ (rows.chosen()?.querySelector('.row-link'))?.click();
  },
  a: () => void acknowledge(rows.chosen()),
  f: () => void forward(rows.chosen()),
  n: () => {
    runDeferred();
    rows.nextRed();
  },
  '/': () => find.focus(),
  '?': help,
});
prepareSound();
runClocks();
title({ red: figure('red'), waiting: figure('waiting') });
setInterval(() => {
  if (list.querySelector('.is-new.is-red, [data-calls]')) ring();
}, AGAIN_MS);
