// @ts-check
/** Forwards an incident from a dialog that holds the same form as the page without script. */
import { ask, eventWords, page, t } from '../lib/request.js';

/** Describe the change that won a version conflict. @param {any} problem */
export function conflictWords(problem) {
  if (!problem?.who) return t('moved') || t('not_sent');
  const at = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Asia/Makassar',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return t('conflict', {
    who: problem.who,
    what: eventWords(problem.what),
    at: at.format(new Date(problem.at)).replaceAll(':', '.'),
  });
}

/**
 * @param {string} address of the form's page
 * @param {() => void} onDone
 */
export async function openForward(address, onDone) {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById('forward'));
  const part = await page(`${address}?bagian=1`);
  if (!dialog || part === null) return void (location.href = address);
  dialog.innerHTML = part;
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'));
  const lead = /** @type {HTMLSelectElement} */ (form.elements.namedItem('lead'));
  const sync = () => {
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('[name=supports]'))) {
      const isLead = box.value === lead.value;
      box.closest('label')?.toggleAttribute('hidden', isLead);
      if (isLead) box.checked = false;
    }
  };
  lead.addEventListener('change', sync);
  sync();
  dialog.querySelector('[data-shut]')?.addEventListener('click', (event) => {
    event.preventDefault();
    dialog.close();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const send = /** @type {HTMLButtonElement} */ (form.querySelector('button[type=submit]'));
    send.disabled = true;
    const answer = await ask(form.action, { method: 'POST', form: new FormData(form) });
    send.disabled = false;
    if (answer.ok) {
      dialog.close();
      return onDone();
    }
    say(form, answer.status === 409 ? conflictWords(answer.body) : (answer.body?.detail ?? t('not_sent')));
  });
  dialog.showModal();
}

/** @param {HTMLFormElement} form @param {string} words */
function say(form, words) {
  form.querySelector('.alert-line')?.remove();
  const line = document.createElement('p');
  line.className = 'alert-line';
  line.setAttribute('role', 'alert');
  line.textContent = words;
  form.prepend(line);
}
