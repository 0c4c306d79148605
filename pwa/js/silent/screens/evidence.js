// @ts-check
/**
 * Uploads photos, sound and video as evidence: unchanged bytes in sealed pieces, with a manifest for counsellors.
 * Files are never written to this phone; the panel stays open during the upload.
 */
import { h, icon } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { i2osp, join, toBase64url, utf8 } from '../crypto/bytes.js';
import { moved, stands } from '../panel.js';
import { ask } from '../receipt_api.js';
import { seal } from '../crypto/seal.js';

const PIECE = 256 * 1024;
const MOST = 32 * 1024 * 1024;
const TRIES = 5;

/**
 * @param {import('./case.js').Opened} opened
 * @param {import('../receipt_api.js').Found} found
 */
export function evidence({ derived, roster }, { key }) {
  const rows = h('ul', { class: 'rows' });
  const choose = h('input', { type: 'file', accept: 'image/*,audio/*,video/*', autocomplete: 'off', id: 'evidence' });
  choose.addEventListener('change', () => {
    const [file] = choose.files ?? [];
    if (file) void go(file);
    choose.value = '';
  });
  const element = h(
    'section',
    { class: 'panel' },
    h('h2', null, t('silent.evidence')),
    h('p', { class: 'soft' }, t('silent.evidence_how')),
    rows,
    h('label', { class: 'button quiet choose', for: 'evidence' }, icon('photo'), t('silent.evidence_add'), choose),
  );
  void roster.then((readers) => (element.hidden = !readers));
  return element;

  /** @param {File} file */
  async function go(file) {
    const bar = h('progress', { max: 1, value: 0, 'aria-label': t('silent.evidence_going') });
    const words = h('span', { class: 'grow' }, t('silent.evidence_going'), bar);
    rows.append(h('li', { class: 'row' }, icon('photo'), words));
    const say = (/** @type {string} */ name) => {
      words.textContent = t(name);
      moved();
    };
    if (!file.size || file.size > MOST) return say('silent.evidence_large');
    const readers = await roster;
    const done =
      readers && (await upload(file, readers, (part) => stands(bar) && ((bar.value = part), true)).catch(() => false));
    if (stands(words)) say(done ? 'silent.evidence_done' : 'silent.evidence_failed');
  }

  /**
   * @param {File} file
   * @param {import('../crypto/roster.js').Roster} readers
   * @param {(part: number) => boolean} goOn gets the number of finished pieces; false: the panel was left
   */
  async function upload(file, readers, goOn) {
    const id = globalThis.siaga.uuid();
    const bytes = new Uint8Array(await file.arrayBuffer());
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const prefix = crypto.getRandomValues(new Uint8Array(8));
    const lock = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt']);
    const chunks = Math.ceil(bytes.length / PIECE);
    for (let index = 0; index < chunks; index += 1) {
      const final = index === chunks - 1;
      const sealed = await crypto.subtle.encrypt(
        {
          name: 'AES-GCM',
          iv: join(prefix, i2osp(index, 4)),
          additionalData: utf8(`siaga112/v1/chunk|${key}|${id}|${index}|${final ? 1 : 0}`),
        },
        lock,
        bytes.subarray(index * PIECE, (index + 1) * PIECE),
      );
      if (!goOn(index / chunks)) return false;
      if (!(await sendEvidence('/chunks', { file: id, index, final, content: toBase64url(new Uint8Array(sealed)) })))
        return false;
    }
    const manifest = {
      key: toBase64url(secret),
      nonce: toBase64url(prefix),
      name: file.name,
      type: file.type,
      bytes: bytes.length,
      chunks,
      sha256: hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))),
    };
    const sealed = await seal({ report: key, purpose: `manifest|${id}` }, readers, utf8(JSON.stringify(manifest)));
    secret.fill(0);
    return sendEvidence('/items', { id, purpose: 'manifest', sealed });
  }

  /** Send a piece, again after a network failure; the server keeps one. @param {string} path @param {object} what */
  async function sendEvidence(path, what) {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const { ok, status } = await ask(path, derived, what);
      if (ok) return true;
      if (status && status !== 429 && status < 500) return false;
      await new Promise((next) => setTimeout(next, 1000 * 2 ** attempt));
    }
    return false;
  }
}

/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
