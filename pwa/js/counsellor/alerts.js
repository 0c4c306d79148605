// @ts-check
/**
 * Rings for a new case, a new message to the counsellor, and requested or used emergency access. Locks the key when
 * the session has ended.
 */

import { ask, isSignedOut } from '../console/lib/request.js';
import { prepareSound, ring } from '../console/lib/alarm_sound.js';
import { ROOM, shut } from './state.js';
import { show } from './navigation.js';

const EVERY_MS = 4000;
/** @type {Set<string> | null} */
let known = null;

/** Return whether a case arrived between rendering and the first poll. @param {string[]} cases */
const unseen = (cases) =>
  location.pathname === ROOM && cases.some((id) => !document.querySelector(`#view a[href$="/${id}"]`));

async function look() {
  const answer = await ask(`${ROOM}/kabar`);
  if (isSignedOut(answer) || answer.status === 404) {
    shut();
    location.reload();
    return;
  }
  if (!answer.ok) return;
  const now = new Set(/** @type {string[]} */ ([...answer.body.cases, ...answer.body.messages, ...answer.body.glass]));
  const before = known;
  known = now;
  const fresh = [...now].filter((item) => before && !before.has(item));
  const missed = !before && unseen(answer.body.cases);
  const alarms = document.getElementById('alarms');
  if (alarms && alarms.innerHTML.trim() !== answer.body.html.trim() && !alarms.contains(document.activeElement)) {
    const parsed = new DOMParser().parseFromString(answer.body.html, 'text/html');
    alarms.replaceChildren(...document.adoptNode(parsed.body).childNodes);
  }
  if (fresh.length || missed || (!before && answer.body.glass.length)) ring();
  if ((missed || (before && (fresh.length || before.size !== now.size))) && location.pathname === ROOM)
    await show(ROOM, false);
}

export function prepareNews() {
  prepareSound();
  void look();
  setInterval(() => void look(), EVERY_MS);
}
