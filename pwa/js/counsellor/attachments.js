// @ts-check
/** Fetches attachments as ciphertext, decrypts them in the worker and offers the verified bytes for saving. */

import { ask, t } from '../console/lib/request.js';
import { fill, h } from '../lib/dom.js';
import { button, clock, fault, faultWords, soft } from './controls.js';
import { room } from './state.js';

/** @typedef {import('./unseal.js').Item} Item */
/** @typedef {import('./unseal.js').Inside} Inside */

/** @type {Set<string>} */
const links = new Set();

/** Revoke the links to decrypted files. */
export function forgetFiles() {
  for (const link of links) URL.revokeObjectURL(link);
  links.clear();
}

/** @param {HTMLElement} box @param {string} here @param {Inside} inside @param {Item[]} manifests */
export function showFiles(box, here, inside, manifests) {
  if (!manifests.length) return fill(box, soft(t('no_files')));
  fill(
    box,
    h(
      'ul',
      { class: 'plain-list files' },
      manifests.map((item) => row(here, inside, item)),
    ),
  );
}

/** @param {string} here @param {Inside} inside @param {Item} item */
function row(here, inside, item) {
  const line = h('li');
  const name = t('file_of', { at: clock(item.at) });
  const go = async () => {
    fill(line, soft(t('working')));
    try {
      const manifest = await open(here, inside, item);
      const link = URL.createObjectURL(
        new Blob([await openWholeFile(here, inside, item, manifest.chunks)], { type: 'application/octet-stream' }),
      );
      links.add(link);
      fill(
        line,
        h(
          'a',
          { class: 'button small', href: link, download: plainName(manifest.name) },
          t('save_file', { name: plainName(manifest.name), kb: Math.ceil(manifest.bytes / 1024) }),
        ),
        h('p', { class: 'done' }, t('file_same')),
        h('p', { class: 'code digest' }, `SHA-256 ${manifest.sha256}`),
      );
    } catch (why) {
      fill(line, fault(faultWords(why)), button(t('again'), go, 'quiet small'));
    }
  };
  fill(line, h('span', null, name, ' '), button(t('open_file'), go, 'quiet small'));
  return line;
}

/** Unseal the manifest: one case log entry. @param {string} here @param {Inside} inside @param {Item} item */
async function open(here, inside, item) {
  const answer = await ask(`${here}/buka`, { method: 'POST', json: { key: room.key, items: [item.id] } });
  if (!answer.ok) throw new Error('not_loaded');
  const [{ purpose, parts }] = answer.body.items;
  return room.vault.ask('manifest', { file: item.file, context: { report: inside.report, purpose }, parts });
}

/** @param {string} here @param {Inside} inside @param {Item} item @param {number} count */
async function openWholeFile(here, inside, item, count) {
  const chunks = [];
  for (let index = 0; index < count; index++) {
    const answer = await fetch(`${here}/berkas/${item.file}/${index}`, { cache: 'no-store', redirect: 'manual' });
    if (!answer.ok) throw new Error('not_loaded');
    chunks.push(await answer.arrayBuffer());
  }
  return room.vault.ask('file', { report: inside.report, file: item.file, chunks }, chunks);
}

/** Return a file name without folders. @param {string} name */
const plainName = (name) => name.replace(/[^\p{L}\p{N}. _-]/gu, '_').slice(-80) || 'lampiran';
