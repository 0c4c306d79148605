// @ts-check
/** Handles keyboard shortcuts. Single letters can be switched off (WCAG 2.1.4) and do not fire in text fields. */

const KEY = 'siaga-letters';
const lettersOn = () => localStorage.getItem(KEY) !== 'off';

/** @param {Record<string, () => void>} acts key, KeyboardEvent.key in lower case → action */
export function listenKeys(acts) {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest('input, textarea, select, dialog[open]')) {
      if (event.key === 'Escape' && target.matches('input[type=search]')) target.blur();
      return;
    }
    const name = event.key.toLowerCase();
    if (name.length === 1 && !lettersOn()) return;
    const act = acts[name];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Set up the help button, its dialog and the letters switch. @returns {() => void} opens the help */
export function prepareHelp() {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById('help'));
  const button = document.getElementById('help-open');
  const letters = /** @type {HTMLInputElement | null} */ (document.getElementById('letters'));
  const open = () => dialog?.showModal();
  if (button) {
    button.hidden = false;
    button.addEventListener('click', open);
  }
  if (letters) {
    letters.checked = lettersOn();
    letters.addEventListener('change', () => localStorage.setItem(KEY, letters.checked ? 'on' : 'off'));
  }
  return open;
}
