// @ts-check
/** Beats the rhythm of chest compressions: visible, counted and optionally audible. Starts only by tap. */
import { fill, h, icon } from '../lib/dom.js';
import { t } from '../lib/i18n.js';

/** Resuscitation guidelines ask for 100 to 120 a minute. */
export const BEATS_A_MINUTE = 110;
const PERIOD_S = 60 / BEATS_A_MINUTE;
/** Two helpers swap every two minutes, since fatigue sets in before it is noticed. */
const SWAP_AFTER = 2 * BEATS_A_MINUTE;
/** Clicks are scheduled this far ahead, so that a busy phone keeps the beat. */
const AHEAD_S = 1.5;

/** @returns {{ element: HTMLElement, stop: () => void }} */
export function metronome() {
  const count = h('span', { class: 'beat-count', 'aria-hidden': 'true' }, '0');
  const disc = h('div', { class: 'beat', 'aria-hidden': 'true' }, count);
  const swap = h('p', { class: 'beat-swap', role: 'status' });
  const start = h('button', { type: 'button', class: 'button', onclick: () => (running ? stop() : begin()) });
  const sound = h('button', { type: 'button', class: 'button quiet', onclick: mute });
  let running = false;
  let began = 0;
  let last = -1;
  let booked = 0;
  let loud = true;
  /** @type {AudioContext | null} */
  let audio = null;
  /** @type {GainNode | null} */
  let volume = null;
  /** @type {WakeLockSentinel | null} */
  let awake = null;
  let timer = 0;

  function begin() {
    running = true;
    began = performance.now();
    last = -1;
    booked = 0;
    openSound();
    timer = window.setInterval(book, 200);
    book();
    requestAnimationFrame(look);
    void stayAwake();
    label();
  }

  function stop() {
    if (!running) return;
    running = false;
    clearInterval(timer);
    void audio?.close();
    void awake?.release();
    audio = awake = null;
    fill(swap);
    label();
  }

  function openSound() {
    if (!('AudioContext' in window)) return;
    audio = new AudioContext();
    volume = audio.createGain();
    volume.gain.value = loud ? 1 : 0;
    volume.connect(audio.destination);
    void audio.resume();
  }

  /** Keep the screen on during the beat, where the browser can. */
  async function stayAwake() {
    const lock = await navigator.wakeLock?.request('screen').catch(() => null);
    if (running) awake = lock ?? null;
    else void lock?.release();
  }

  function mute() {
    loud = !loud;
    if (volume) volume.gain.value = loud ? 1 : 0;
    label();
  }

  /** Schedule the next clicks on the audio clock. */
  function book() {
    if (!audio || !volume) return;
    const passed = (performance.now() - began) / 1000;
    for (; booked * PERIOD_S < passed + AHEAD_S; booked += 1) {
      const at = audio.currentTime + booked * PERIOD_S - passed;
      if (at >= audio.currentTime) click(audio, volume, at);
    }
  }

  /** Show the beat by the same audio clock. */
  function look() {
    if (!running) return;
    if (!disc.isConnected) return void stop();
    const beat = Math.floor((performance.now() - began) / 1000 / PERIOD_S);
    if (beat !== last) {
      last = beat;
      count.textContent = String((beat % SWAP_AFTER) + 1);
      pulse(disc);
      if (beat > 0 && beat % SWAP_AFTER === 0) fill(swap, t('beat.swap'));
      else if (beat % SWAP_AFTER === 12) fill(swap);
    }
    requestAnimationFrame(look);
  }

  function label() {
    fill(start, icon(running ? 'close' : 'clock'), t(running ? 'beat.stop' : 'beat.start'));
    fill(sound, icon('sound'), t(loud ? 'beat.mute' : 'beat.sound'));
    disc.classList.toggle('going', running);
    if (!running) count.textContent = String(BEATS_A_MINUTE);
  }

  label();
  const element = h('div', { class: 'metronome' }, disc, h('div', { class: 'beat-side' }, start, sound, swap));
  return { element, stop };
}

/** @param {Element} disc */
function pulse(disc) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const [rest, beat] = calm
    ? [{ opacity: 1 }, { opacity: 0.75 }]
    : [{ transform: 'scale(1)' }, { transform: 'scale(.86)' }];
  disc.animate([rest, beat, rest], { duration: 260, easing: 'ease-out' });
}

/** @param {AudioContext} audio @param {AudioNode} out @param {number} at seconds on the audio clock */
function click(audio, out, at) {
  const tone = audio.createOscillator();
  const shape = audio.createGain();
  tone.frequency.value = 880;
  shape.gain.setValueAtTime(0.9, at);
  shape.gain.exponentialRampToValueAtTime(0.001, at + 0.08);
  tone.connect(shape).connect(out);
  tone.start(at);
  tone.stop(at + 0.09);
}
