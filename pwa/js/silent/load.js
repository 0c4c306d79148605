// @ts-check
/**
 * Loads the flow behind the tile *Kekerasan di rumah* at every visit of home, tapped or not, so that a tap causes no
 * request. Until it is loaded, and without script, the tile shows only the call links.
 */
import { style } from '../lib/lazy_assets.js';
import { moreWords } from '../lib/i18n.js';
import { first } from './screens/start.js';
import { openPanel } from './panel.js';
import { noteRoster } from './crypto/trusted_roster.js';

const tile = /** @type {HTMLDetailsElement | null} */ (document.getElementById('quiet'));

await Promise.all([moreWords('.silent'), style('css/later.css'), style('css/silent.css')]);
tile?.querySelector('summary')?.addEventListener('click', (event) => {
  event.preventDefault();
  openPanel(first);
});
if (tile?.open) openPanel(first);
void noteRoster();
