// @ts-check
/** Requests silent cases every two seconds, only on pages of cleared staff. */
import { ask, isSignedOut } from '../lib/request.js';

export const EVERY_MS = 2000;

/**
 * @param {HTMLElement} list
 * @param {import('./queue_rows.js').Rows} rows
 * @param {{ onRed: (red: HTMLElement[]) => void, onState?: (reached: boolean) => void }} handlers
 * @returns {() => Promise<void>} requests the rows at once
 */
export function followCases(list, rows, { onRed, onState = () => undefined }) {
  const address = list.dataset.cases;
  if (!address) return async () => undefined;
  /** @type {Map<string, string>} */
  const known = new Map();
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('[data-case]'))) {
    known.set(row.dataset.id ?? '', row.dataset.stamp ?? '');
  }
  let busy = false;

  async function look() {
    if (busy) return;
    busy = true;
    const answer = await ask(/** @type {string} */ (address));
    busy = false;
    if (isSignedOut(answer) || answer.status === 404) return location.reload();
    onState(answer.ok);
    if (!answer.ok) return;
    const found = /** @type {any[]} */ (answer.body.rows);
    const here = new Map(found.map((row) => [row.id, row.stamp]));
    const gone = [...known.keys()].filter((id) => !here.has(id));
    const fresh = found.filter((row) => known.get(row.id) !== row.stamp);
    if (!gone.length && !fresh.length) return;
    known.clear();
    for (const [id, version] of here) known.set(id, version);
    const red = rows.apply([...gone, ...fresh.map((row) => row.id)], fresh);
    if (red.length) onRed(red);
  }

  setInterval(() => void look(), EVERY_MS);
  return look;
}
