// @ts-check
/** Builds small elements that the counsellor pages share. */

import { t } from '../console/lib/request.js';
import { h } from '../lib/dom.js';

/** @param {string} words @param {() => unknown} press @param {string} [look] */
export const button = (words, press, look = '') =>
  h('button', { type: 'button', class: `button ${look}`.trim(), onclick: () => void press() }, words);

/** @param {string} words */
export const soft = (words) => h('p', { class: 'soft' }, words);

/** @param {string} words */
export const fault = (words) => h('p', { class: 'alert-line', role: 'alert' }, words);

/** Format a time as `14.05 WITA`, with the day when it is not today. @param {string | number} at */
export function clock(at) {
  const how = /** @type {const} */ ({
    timeZone: 'Asia/Makassar',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const moment = new Date(at);
  const day = (/** @type {Date} */ when) => when.toLocaleDateString('sv', { timeZone: 'Asia/Makassar' });
  const words = `${moment.toLocaleTimeString('en-GB', how).replace(':', '.')} WITA`;
  return day(moment) === day(new Date()) ? words : `${day(moment).split('-').reverse().join('.')} ${words}`;
}

/** Describe a failure of the worker or the network. @param {unknown} why */
export function faultWords(why) {
  const code = why instanceof Error ? why.message : '';
  return t(`fault_${code}`) || t('fault');
}
