// @ts-check
/** Runs the list of silent cases for cleared staff: refreshes itself and rings for new cases. */
import { t } from '../lib/request.js';
import { followCases } from './silent_rows.js';
import { runClocks } from '../lib/timers.js';
import { Rows } from './queue_rows.js';
import { prepareSound, ring } from '../lib/alarm_sound.js';
import { watchInput } from '../lib/defer_while_busy.js';

const AGAIN_MS = 15000;
const list = /** @type {HTMLElement} */ (document.getElementById('rows'));
const line = /** @type {HTMLElement} */ (document.getElementById('stream'));

followCases(list, new Rows(list), {
  onRed: () => void ring(),
  onState: (reached) => {
    line.textContent = reached ? '' : (line.dataset.lost ?? t('not_sent'));
    line.hidden = reached;
  },
});
watchInput(list);
prepareSound();
runClocks();
setInterval(() => {
  if (list.querySelector('.is-new.is-red')) ring();
}, AGAIN_MS);
