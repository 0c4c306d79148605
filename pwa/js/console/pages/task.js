// @ts-check
/** Keeps one assignment current on an agency's phone. */
import '../lib/copy.js';
import { refresh } from '../lib/live_regions.js';
import { follow } from '../lib/stream.js';

const head = /** @type {HTMLElement} */ (document.getElementById('live-head'));
follow({
  seq: Number(head.dataset.seq),
  onNews: async ({ incidents }) => {
    if (incidents.includes(head.dataset.id ?? '')) await refresh();
  },
});
