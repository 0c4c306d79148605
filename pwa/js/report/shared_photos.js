// @ts-check
/** Keeps photos shared from another app for the next report, at most one day. */
import { photos } from '../lib/store.js';

const KEPT_MS = 24 * 3600 * 1000;

/** Return the waiting photos and delete older ones. */
export async function given() {
  const rows = (await photos.all().catch(() => [])).filter((row) => row.owner === 'shared');
  const old = rows.filter((row) => Date.now() - Date.parse(row.made_at) > KEPT_MS);
  await Promise.all(old.map((row) => photos.remove(row.id)));
  return rows.filter((row) => !old.includes(row));
}
