// @ts-check
/**
 * Opens the questions (T) and the ready replies (J) by keyboard; a digit then chooses. A ready reply can be edited
 * before sending.
 */

/** @param {string} selector */
function opens(selector) {
  const details = /** @type {HTMLDetailsElement | null} */ (document.querySelector(selector));
  if (!details) return;
  details.open = !details.open;
  details.querySelector('summary')?.focus();
}

/** Keys of the incident page and their actions. @type {Record<string, () => void>} */
export const talkKeys = { t: () => opens('details.ask-of'), j: () => opens('details.ready') };
for (const key of '123456789pob') {
  talkKeys[key] = () => {
    const at = document.querySelector(':is(details.ask-of, details.ready)[open]');
    /** @type {HTMLElement | null | undefined} */ (at?.querySelector(`[data-digit="${key}"]`))?.click();
  };
}

document.addEventListener('click', (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest('[data-into]');
  if (!(button instanceof HTMLElement)) return;
  const box = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(button.dataset.into ?? ''));
  const details = button.closest('details');
  if (!box) return;
  box.value = [box.value.trim(), button.dataset.words].filter(Boolean).join(' ');
  if (details) details.open = false;
  box.focus();
});
