// @ts-check
/** A page for paper: its button asks the browser to print; without script the browser's own menu does. */
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-print]'))) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
