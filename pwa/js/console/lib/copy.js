// @ts-check
/** Buttons that copy the words of another element; without script they are not shown, the words can be selected. */
document.addEventListener('click', async (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest('[data-copy]');
  if (!(button instanceof HTMLButtonElement)) return;
  const words = document.getElementById(button.dataset.copy ?? '');
  if (!words) return;
  try {
    await navigator.clipboard.writeText(words.textContent ?? '');
    button.textContent = button.dataset.done ?? '';
  } catch {
    getSelection()?.selectAllChildren(words);
  }
});
