// @ts-check
/** One assignment on an agency's phone: fresh by itself. */
import './copy.js';
import { refresh } from './regions.js';
import { follow } from './stream.js';

const head = /** @type {HTMLElement} */ (document.getElementById('live-head'));
follow({
  seq: Number(head.dataset.seq),
  onNews: async ({ incidents }) => {
    if (incidents.includes(head.dataset.id ?? '')) await refresh();
  },
});
