// @ts-check
/** Starts the counsellor pages: key bar, navigation in place, alerts and sealed case items. */

import { t } from '../console/lib/request.js';
import { span } from '../console/lib/timers.js';
import { serverNow } from '../console/lib/server_clock.js';
import { prepareBar } from './key_bar.js';
import { mountCase, wipeCase } from './case.js';
import { prepareGate } from './safe_contact.js';
import { prepareNews } from './alerts.js';
import { onKey, shut } from './state.js';
import { prepareView } from './navigation.js';

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
