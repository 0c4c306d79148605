// @ts-check
/** Photos that another app gave to this one: they wait for the next report, and not for longer than a day. */
import { photos } from '../lib/store.js';

const KEPT_MS = 24 * 3600 * 1000;

/** Those that still wait; older ones are forgotten here. */
export async function given() {
  const rows = (await photos.all().catch(() => [])).filter((row) => row.owner === 'shared');
  const old = rows.filter((row) => Date.now() - Date.parse(row.made_at) > KEPT_MS);
  await Promise.all(old.map((row) => photos.remove(row.id)));
  return rows.filter((row) => !old.includes(row));
}
