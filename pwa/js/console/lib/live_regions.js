// @ts-check
/** A page drawn by the server stays fresh: its live regions are fetched and exchanged, unless somebody types there. */
import { page } from './request.js';

/** @returns {Promise<boolean>} false when the page could not be had */
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
 * Whether somebody is at work in a region: an open form is not pulled away under the hand.
 * @param {HTMLElement} region
 */
function isHeld(region) {
  const active = document.activeElement;
  const types = active instanceof HTMLElement && region.contains(active) && active.matches('input, select, textarea');
  return types || !!region.querySelector('details[open] form');
}
