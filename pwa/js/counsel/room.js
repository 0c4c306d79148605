// @ts-check
/** The counsellor's room: her key's bar, pages that change in place, what rings, and a case's sealed parts. */

import { t } from '../console/ask.js';
import { span } from '../console/clocks.js';
import { serverNow } from '../console/now.js';
import { prepareBar } from './bar.js';
import { mountCase, wipeCase } from './case.js';
import { prepareGate } from './gate.js';
import { prepareNews } from './news.js';
import { onKey, shut } from './state.js';
import { prepareView } from './view.js';

function count() {
  for (const left of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-due-at]'))) {
    const seconds = (Date.parse(left.dataset.dueAt ?? '') - serverNow()) / 1000;
    const words = t(seconds < 0 ? 'duty_late' : 'duty_left', { span: span(Math.abs(seconds)) });
    if (left.textContent !== words) left.textContent = words;
    left.closest('.duty')?.classList.toggle('is-late', seconds < 0);
  }
}

onKey({ open: mountCase, lock: wipeCase });
addEventListener('pagehide', shut);
prepareGate();
prepareView(() => {
  mountCase();
  count();
});
setInterval(count, 1000);
prepareNews();
void prepareBar();
