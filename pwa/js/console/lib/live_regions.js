// @ts-check
/** Refreshes the live regions of a server-rendered page; a region in use is left alone. */
import { page } from './request.js';

/** Fetch the page and replace its live regions. @returns {Promise<boolean>} false when fetching failed */
export async function refresh() {
  const html = await page(location.pathname + location.search);
  if (html === null) return false;
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  for (const old of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-live]'))) {
    const now = fresh.getElementById(old.id);
    if (!now || now.innerHTML === old.innerHTML || isHeld(old)) continue;
    const held = document.activeElement?.id && old.contains(document.activeElement) ? document.activeElement.id : '';
    old.replaceWith(document.adoptNode(now));
    if (held) document.getElementById(held)?.focus();
  }
  return true;
}

/**
 * Return whether a region is in use: an open form must not be replaced while it is filled in.
 * @param {HTMLElement} region
 */
function isHeld(region) {
  const active = document.activeElement;
  const types = active instanceof HTMLElement && region.contains(active) && active.matches('input, select, textarea');
  return types || !!region.querySelector('details[open] form');
}
