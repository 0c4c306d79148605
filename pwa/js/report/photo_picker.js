// @ts-check
/** Lets the reporter add, view, remove and follow photos; they wait on the phone and are sent after the report. */
import '../worker/photo_upload.js';
import { fill, h, icon } from '../lib/dom.js';
import { given } from './shared_photos.js';
import { later } from '../lib/lazy_assets.js';
import { listen } from '../lib/request.js';
import { shrink } from './resize_photo.js';
import { photos, uuid } from '../lib/store.js';
import { t } from '../lib/i18n.js';

/** Most photos of a report; more would only delay the upload of others. */
const MOST = 8;

/** @param {number} bytes */
const kilobytes = (bytes) => Math.max(1, Math.round(bytes / 1024));

/**
 * Attach photos shared from another app to the report that is written next.
 * @param {string} id of its draft
 */
export async function adopt(id) {
  for (const row of await given()) {
    const small = await shrink(row.blob);
    if (small) await photos.put({ ...row, ...small, owner: id, bytes: small.blob.size });
    else await photos.remove(row.id);
  }
  void globalThis.siaga.flushPhotos?.({ hurry: true });
}

/**
 * @param {HTMLElement} root
 * @param {{id: string, report_id?: string}} draft whose photos they are; report_id: set when the report is already sent
 * @returns {Promise<() => void>} stop following
 */
export async function photoPicker(root, draft) {
  await later();
  const list = h('ul', { class: 'photos' });
  const say = h('p', { class: 'soft', role: 'status' });
  const chooser = h('input', { type: 'file', accept: 'image/*', multiple: true, onchange: chosen });
  const choose = h('label', { class: 'button quiet choose' }, icon('photo'), h('span', null, t('photo.add')), chooser);
  fill(root, h('h2', { class: 'label' }, t('photo.title')), list, choose, say);
  /** @type {Map<string, {row: HTMLElement, line: HTMLElement, bar: HTMLProgressElement}>} */
  const shown = new Map();
  if (!draft.report_id) await adopt(draft.id);
  await show();
  return listen((news) => void (news.what === 'photo' && news.owner === draft.id && show()));

  async function show() {
    const rows = (await photos.all().catch(() => [])).filter((row) => row.owner === draft.id);
    rows.sort((a, b) => a.made_at.localeCompare(b.made_at));
    for (const row of rows) {
      if (!shown.has(row.id)) {
        const made = card(row);
        shown.set(row.id, made);
        list.append(made.row);
      }
      progress(row);
    }
    choose.hidden = rows.length >= MOST;
    list.hidden = !rows.length;
    if (rows.length && !draft.report_id) fill(say, t('photo.after'));
  }

  /** @param {SiagaPhoto} photo */
  function card(photo) {
    const address = URL.createObjectURL(photo.thumb ?? photo.blob);
    const picture = h('img', { src: address, alt: t('photo.one'), onload: () => URL.revokeObjectURL(address) });
    const bar = h('progress', { max: 1, value: 0, 'aria-label': t('photo.progress'), hidden: true });
    const line = h('span', { class: 'soft' });
    const drop = h(
      'button',
      { type: 'button', class: 'button plain', 'aria-label': t('photo.remove'), onclick: () => remove(photo.id) },
      icon('trash'),
    );
    return {
      row: h('li', null, picture, h('div', { class: 'grow' }, line, bar), draft.report_id ? null : drop),
      line,
      bar,
    };
  }

  /** Show a photo's progress; only what the server has stored counts as sent. @param {SiagaPhoto} photo */
  function progress(photo) {
    const { line, bar } = /** @type {NonNullable<ReturnType<typeof shown.get>>} */ (shown.get(photo.id));
    const size = photo.bytes || photo.blob.size;
    const moving = photo.state === 'waiting' && photo.offset !== null;
    bar.hidden = !moving;
    bar.value = (photo.offset ?? 0) / size;
    if (photo.state === 'done') fill(line, icon('check'), t('photo.sent'));
    else if (photo.state === 'refused') fill(line, icon('warn'), t('photo.refused'));
    else if (moving) fill(line, t('photo.part', { done: kilobytes(photo.offset ?? 0), all: kilobytes(size) }));
    else fill(line, t(draft.report_id ? 'photo.waiting' : 'photo.kept', { size: kilobytes(size) }));
  }

  async function chosen() {
    const files = [...(chooser.files ?? [])];
    chooser.value = '';
    for (const file of files.slice(0, MOST - shown.size)) {
      fill(say, t('photo.working'));
      fill(say, await add(file));
      await show();
    }
  }

  /** @param {File} file @returns {Promise<string>} the message to show */
  async function add(file) {
    const small = await shrink(file);
    if (!small) return t('photo.unreadable');
    /** @type {SiagaPhoto} */
    const row = {
      ...small,
      id: uuid(),
      owner: draft.id,
      report_id: draft.report_id ?? null,
      bytes: small.blob.size,
      made_at: new Date().toISOString(),
      offset: null,
      upload_url: null,
      state: 'waiting',
    };
    try {
      await photos.put(row);
    } catch {
      return t('photo.no_room');
    }
    void globalThis.siaga.flushPhotos?.({ hurry: true });
    void globalThis.siaga.wakePhotos?.();
    return '';
  }

  /** @param {string} id */
  async function remove(id) {
    await photos.remove(id);
    shown.get(id)?.row.remove();
    shown.delete(id);
    fill(say);
    await show();
    chooser.focus();
  }
}
