// @ts-check
/** Plays the alarm: two synthesised tones. It can be muted; the bell shows when the browser blocks sound. */

const KEY = 'siaga-sound';
const TONES = [880, 660, 880, 660];
const TONE_S = 0.28;

/** @type {AudioContext | null} */
let context = null;
/** @type {HTMLButtonElement | null} */
let button = null;

const wanted = () => localStorage.getItem(KEY) !== 'off';

/** Show the sound button and find out whether the browser allows sound. */
export function prepareSound() {
  button = /** @type {HTMLButtonElement | null} */ (document.getElementById('sound'));
  if (!button || !('AudioContext' in window)) return;
  button.hidden = false;
  button.addEventListener('click', () => void press());
  context = new AudioContext();
  document.addEventListener('siaga:alarm', () => void ring());
  context.addEventListener('statechange', show);
  // click, not pointerdown: the bell's shorter label would move the pressed element before the release
  for (const gesture of ['click', 'keydown']) {
    addEventListener(gesture, () => wanted() && context?.state === 'suspended' && void context.resume(), {
      capture: true,
    });
  }
  show();
}

async function press() {
  if (wanted() && context?.state === 'suspended') await context.resume();
  else localStorage.setItem(KEY, wanted() ? 'off' : 'on');
  if (wanted()) ring();
  show();
}

function show() {
  if (!button) return;
  const refused = wanted() && context?.state !== 'running';
  button.textContent = (refused ? button.dataset.refused : wanted() ? button.dataset.on : button.dataset.off) ?? '';
  button.setAttribute('aria-pressed', String(wanted() && !refused));
  button.classList.toggle('asks', refused);
}

/** Play the alarm once. @returns {boolean} whether it is audible */
export function ring() {
  if (!context || !wanted() || context.state !== 'running') {
    show();
    return false;
  }
  const start = context.currentTime;
  TONES.forEach((hertz, place) => {
    const at = start + place * TONE_S;
    const tone = /** @type {AudioContext} */ (context).createOscillator();
    const gain = /** @type {AudioContext} */ (context).createGain();
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.35, at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + TONE_S);
    tone.connect(gain).connect(/** @type {AudioContext} */ (context).destination);
    tone.start(at);
    tone.stop(at + TONE_S);
  });
  document.dispatchEvent(new CustomEvent('siaga:rang'));
  return true;
}
