// @ts-check
/** Runs the telephone report form: saves while typing, suggests a kind, and refreshes the list of calls. */
import { ask, page } from '../lib/request.js';

const PAUSE_MS = 500;
const AGAIN_MS = 4000;

const form = /** @type {HTMLFormElement} */ (document.getElementById('call'));
const kind = /** @type {HTMLSelectElement} */ (document.getElementById('kind'));
const guess = /** @type {HTMLElement} */ (document.getElementById('guess'));
const kept = /** @type {HTMLElement} */ (document.getElementById('kept'));
const lines = /** @type {HTMLElement} */ (document.getElementById('lines'));

/** Whether the operator has chosen a kind: from then on the suggestion no longer selects one. */
let chosen = kind.value !== 'other';
kind.addEventListener('change', () => (chosen = true));

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
form.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(() => void keep(), PAUSE_MS);
});

async function keep() {
  const answer = await ask(form.dataset.keep ?? '', { method: 'POST', form: new FormData(form) });
  kept.textContent = (answer.ok ? form.dataset.kept : form.dataset.unkept) ?? '';
  if (!answer.ok) return;
  const found = answer.body;
  const option = found?.kind && [...kind.options].find(({ value }) => value === found.kind);
  guess.textContent = option
    ? (form.dataset.sounds ?? '').replace('{kind}', option.text).replace('{word}', found.word)
    : '';
  if (option && !chosen) kind.value = found.kind;
}

addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  if (!event.altKey || !/^Digit[1-8]$/.test(event.code)) return;
  const beacon = /** @type {HTMLInputElement | null} */ (lines.querySelector(`[data-key="${event.code.slice(5)}"]`));
  if (!beacon) return;
  event.preventDefault();
  beacon.checked = true;
  beacon.dispatchEvent(new Event('input', { bubbles: true }));
  void keep();
});

setInterval(async () => {
  if (document.hidden || lines.contains(document.activeElement)) return;
  const fresh = await page(lines.dataset.path ?? '');
  if (fresh === null) return;
  const beacon = /** @type {HTMLInputElement | null} */ (lines.querySelector('[name=beacon]:checked'))?.value ?? '';
  const holder = document.createElement('template');
  holder.innerHTML = fresh;
  lines.replaceChildren(holder.content);
  const again = beacon && lines.querySelector(`[name=beacon][value="${beacon}"]`);
  if (again) /** @type {HTMLInputElement} */ (again).checked = true;
}, AGAIN_MS);
