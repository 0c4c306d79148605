// @ts-check
/** Sends the console's requests with session cookie and CSRF token. A missing network is status 0, no exception. */

/** @typedef {{ ok: boolean, status: number, body: any }} Answer `status` 0: no network or time-out */

const TIME_MS = 10000;

export const token = () => document.querySelector('meta[name=csrf]')?.getAttribute('content') ?? '';

/** Replace the CSRF token on this page after a new sign-in of the same account. @param {string} fresh */
export function setToken(fresh) {
  if (fresh === token()) return;
  document.querySelector('meta[name=csrf]')?.setAttribute('content', fresh);
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name=csrf]')))
    field.value = fresh;
}

/** Return whether the session has ended; waiting for the second factor does not count. @param {Answer} answer */
export const isSignedOut = ({ status, body }) =>
  status === 303 || (status === 401 && body?.reason !== 'second_step_missing');

/**
 * @param {string} path
 * @param {{ method?: string, form?: FormData, json?: unknown, keepalive?: boolean }} [options]
 * @returns {Promise<Answer>}
 */
export async function ask(path, { method = 'GET', form, json, keepalive = false } = {}) {
  const headers = new Headers({ Accept: 'application/json', 'X-CSRF-Token': token() });
  if (json !== undefined) headers.set('Content-Type', 'application/json');
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIME_MS);
  try {
    const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
    const answer = await fetch(path, {
      method,
      headers,
      body,
      keepalive,
      signal: stop.signal,
      cache: 'no-store',
      redirect: 'manual',
    });
    const isJson = /json/.test(answer.headers.get('Content-Type') ?? '');
    return {
      ok: answer.ok,
      status: answer.type === 'opaqueredirect' ? 303 : answer.status,
      body: isJson ? await answer.json() : null,
    };
  } catch {
    return { ok: false, status: 0, body: null };
  } finally {
    clearTimeout(timer);
  }
}

/** Fetch a page or a part as HTML, without recording a view. @param {string} path @returns {Promise<string | null>} */
export async function page(path) {
  try {
    const answer = await fetch(path, {
      headers: { Accept: 'text/html', 'Siaga-Refresh': '1' },
      cache: 'no-store',
      redirect: 'manual',
    });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/** @type {Record<string, any>} */
let known = {};
try {
  known = JSON.parse(document.getElementById('words')?.dataset.json ?? '{}');
} catch {
  known = {};
}

/** Return a text that the page carries. @param {string} key @param {Record<string, string | number>} [values] */
export function t(key, values = {}) {
  return String(known[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {string} name of an event */
export const eventWords = (name) => String(known.events?.[name] ?? name);
