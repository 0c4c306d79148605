// @ts-check
/** Keeps the draft report. Every change is written to disk, so that a killed browser loses nothing. */
import { drafts, settings, uuid } from '../lib/store.js';
import { lang } from '../lib/i18n.js';

/** A draft older than this is no longer offered. */
const KEPT_MS = 24 * 3600 * 1000;
/** A younger draft is continued when another kind is tapped: it is the same emergency. */
const SAME_MS = 30 * 60 * 1000;
/** A position older than this is measured again. */
const FRESH_MS = 10 * 60 * 1000;

/** Return this phone's unfinished report, if any. @returns {Promise<SiagaDraft | null>} */
export async function unfinished() {
  const all = await drafts.all().catch(() => []);
  all.sort((a, b) => b.changed_at.localeCompare(a.changed_at));
  return all.find((draft) => Date.now() - Date.parse(draft.changed_at) < KEPT_MS) ?? null;
}

/**
 * Begin a report of this kind, or continue the interrupted one.
 * @param {string} kind
 * @returns {Promise<SiagaDraft>}
 */
export async function begin(kind) {
  const before = await unfinished();
  const age = before ? Date.now() - Date.parse(before.changed_at) : Infinity;
  if (before && (before.kind === kind || age < SAME_MS)) {
    if (before.located_at && Date.now() - before.located_at > FRESH_MS && before.location?.source === 'gps') {
      before.location = null;
    }
    if (before.kind !== kind) Object.assign(before, { kind, answers: {}, step: 'place' });
    return before;
  }
  const now = new Date().toISOString();
  const phone = await settings.get('phone', '').catch(() => '');
  return {
    id: uuid(),
    kind,
    step: 'place',
    started_at: now,
    changed_at: now,
    location: null,
    landmark: '',
    located_at: null,
    answers: {},
    description: '',
    contact: { name: '', phone, may_call: true },
  };
}

/** Ids of drafts already sent: a late timer or position must not restore them. */
const sent = new Set();

/** Write the draft to disk. A phone that cannot store continues without. @param {SiagaDraft} draft */
export async function save(draft) {
  if (sent.has(draft.id)) return;
  draft.changed_at = new Date().toISOString();
  await drafts.put({ ...draft }).catch(() => undefined);
}

/** @param {SiagaDraft} draft */
export const discard = (draft) => drafts.remove(draft.id).catch(() => undefined);

/**
 * Convert the draft to the request body of `POST /api/v1/reports`; empty members are left out.
 * @param {SiagaDraft} draft
 */
export function toReport(draft) {
  const { kind, description, answers, contact } = draft;
  const phone = contact.phone.trim();
  return {
    kind,
    location: placed(draft),
    ...(description.trim() && { description: description.trim() }),
    ...(Object.keys(answers).length && { answers }),
    ...((phone || contact.name.trim()) && {
      contact: { name: contact.name.trim() || null, phone: phone || null, may_call: contact.may_call },
    }),
    made_at: new Date().toISOString(),
    locale: lang(),
  };
}

/** @param {SiagaDraft} draft @returns {SiagaLocation | undefined} */
function placed({ location, landmark, located_at }) {
  const words = landmark.trim();
  if (!location && !words) return undefined;
  const age_s = location?.source === 'gps' && located_at ? Math.round((Date.now() - located_at) / 1000) : undefined;
  return { ...(location ?? { source: 'none' }), age_s: age_s && Math.max(0, age_s), landmark: words || undefined };
}

/**
 * Hand the report over to the outbox, then try the network.
 * @param {SiagaDraft} draft
 * @returns {Promise<boolean>} whether this phone has stored it
 */
export async function send(draft) {
  sent.add(draft.id);
  const saved = await globalThis.siaga.outbox.add(toReport(draft), {
    key: draft.id,
    kind: draft.kind,
    location: placed(draft) ?? null,
  });
  if (draft.contact.phone.trim()) void settings.put('phone', draft.contact.phone.trim()).catch(() => undefined);
  dispatchEvent(new Event('siaga:send'));
  return saved;
}

/** Send waiting reports: at start, when the network returns, when the page becomes visible, and after each pause. */
export function keepSending() {
  const { flush, due } = globalThis.siaga.outbox;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const now = async (/** @type {boolean} */ hurry) => {
    clearTimeout(timer);
    await flush({ hurry });
    const next = await due();
    if (next !== null) timer = setTimeout(() => void now(false), Math.max(500, next - Date.now()));
  };
  for (const event of ['online', 'siaga:send']) addEventListener(event, () => void now(true));
  document.addEventListener('visibilitychange', () => document.hidden || void now(true));
  void now(true);
}
