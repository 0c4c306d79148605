// @ts-check
/** Makes print buttons open the browser's print dialog; without script the browser's own menu does. */
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-print]'))) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
