// @ts-check
/** Navigates between counsellor pages in place, so that the worker keeps its open key. */

import { ask, page, t } from '../console/lib/request.js';
import { fill } from '../lib/dom.js';
import { fault } from './controls.js';
import { ROOM } from './state.js';

const view = /** @type {HTMLElement} */ (document.getElementById('view'));
/** @type {() => void} */
let mounted = () => undefined;

/** @param {() => void} mount called after each change */
export function prepareView(mount) {
  mounted = mount;
  document.addEventListener('click', follow);
  document.addEventListener('submit', send);
  addEventListener('popstate', () => void show(location.pathname, false));
  mount();
}

/**
 * Draw a page in place of this one. A refresh is dropped when another page was opened meanwhile.
 * @param {string} path @param {boolean} [push]
 */
export async function show(path, push = true) {
  const html = await page(path);
  if (!push && path !== location.pathname) return;
  const fresh = html === null ? null : new DOMParser().parseFromString(html, 'text/html').getElementById('view');
  if (!fresh || html === null) return location.assign(path);
  if (push) history.pushState(null, '', path);
  document.title = new DOMParser().parseFromString(html, 'text/html').title;
  view.replaceChildren(...document.adoptNode(fresh).childNodes);
  mounted();
}

/** @param {MouseEvent} event */
function follow(event) {
  const link = /** @type {HTMLElement} */ (event.target).closest?.('a');
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
  if (!link || !plain || link.target || link.origin !== location.origin || link.search) return;
  if (link.pathname !== ROOM && !link.pathname.startsWith(`${ROOM}/`)) return;
  event.preventDefault();
  void show(link.pathname).then(() => document.getElementById('main')?.focus());
}

/** @param {SubmitEvent} event */
async function send(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method !== 'post' || event.defaultPrevented || !(view.contains(form) || form.closest('#alarms'))) return;
  event.preventDefault();
  const pressed = /** @type {HTMLButtonElement | null} */ (form.querySelector('button'));
  if (pressed) pressed.disabled = true;
  const answer = await ask(new URL(form.action).pathname, {
    method: 'POST',
    form: new FormData(form, event.submitter),
  });
  if (answer.ok || answer.status === 303) return show(location.pathname, false);
  if (pressed) pressed.disabled = false;
  const notice = document.createElement('div');
  form.after(notice);
  fill(notice, fault(t(answer.status === 409 ? 'too_late' : 'not_sent')));
}
