// @ts-check
/** Draws the progress: every step that happened, with its time, and the steps still to come. */
import { h, icon } from '../lib/dom.js';
import { clock, has, t } from '../lib/i18n.js';

const ORDER = ['received', 'opened', 'forwarded', 'accepted', 'en_route', 'on_scene', 'closed'];

/** @typedef {{ name: string, at: string, agencies: string[], resolution?: string | null }} Step */

/**
 * Group the server's events into steps: the same action by several agencies within a minute is one step; only one
 * agency leads at a time.
 * @param {SiagaProgressStep[]} ladder
 * @returns {Step[]}
 */
export function steps(ladder) {
  /** @type {Step[]} */
  const found = [];
  for (const rung of [...ladder].sort((a, b) => a.seq - b.seq)) {
    if (!has(`rung.${rung.name}`)) continue;
    const before = found.find((step) => step.name === rung.name && clock(step.at) === clock(rung.at));
    if (!before || rung.name === 'lead') {
      const agencies = rung.agency ? [rung.agency] : [];
      found.push({ name: rung.name, at: rung.at, agencies, resolution: rung.resolution });
    } else if (rung.agency && !before.agencies.includes(rung.agency)) before.agencies.push(rung.agency);
  }
  return found;
}

/** @param {Step} step */
export function words({ name, agencies, resolution }) {
  if (resolution && has(`rung.${name}.${resolution}`)) return t(`rung.${name}.${resolution}`);
  if (agencies.length && has(`rung.${name}.by`)) return t(`rung.${name}.by`, { agency: agencies.join(', ') });
  return t(`rung.${name}`);
}

/**
 * @param {Step[]} done
 * @param {string} state of the incident: later steps are still to come
 * @param {string | null} saved_at when the report was written on this phone
 */
export function drawProgress(done, state, saved_at) {
  const last = done.at(-1);
  const rows = done.map((step) =>
    h(
      'li',
      { class: step === last ? 'done last' : 'done', 'aria-current': step === last ? 'step' : null },
      icon('check'),
      h('span', { class: 'grow' }, words(step)),
      h('time', { datetime: step.at }, clock(step.at)),
    ),
  );
  const saved =
    saved_at &&
    h(
      'li',
      { class: 'done' },
      icon('check'),
      h('span', { class: 'grow' }, t('rung.saved')),
      h('time', { datetime: saved_at }, clock(saved_at)),
    );
  const next = ORDER.slice(ORDER.indexOf(state) + 1).map((name) =>
    h(
      'li',
      { class: 'ahead' },
      h('span', { class: 'dot' }),
      h('span', { class: 'grow' }, t(`rung.${name}`)),
      h('span', { class: 'visually-hidden' }, t('rung.not_yet')),
    ),
  );
  return h('ol', { class: 'ladder' }, saved, rows, next);
}
