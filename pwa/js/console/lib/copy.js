// @ts-check
/** Makes buttons copy the text of another element. Without script they stay hidden and the text can be selected. */
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
