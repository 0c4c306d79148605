// @ts-check
/** Runs the wall screen: live regions as on the supervisor's page, and the server's clock. */
import { serverNow } from '../lib/server_clock.js';
import './oversight.js';

const clock = /** @type {HTMLElement} */ (document.querySelector('[data-clock]'));
const words = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Makassar',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

setInterval(() => {
  clock.textContent = words.format(serverNow()).replaceAll(':', '.');
}, 250);
