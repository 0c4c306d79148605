// @ts-check
/** Encodes a report as one GSM-7 SMS for a phone without data: kind, place, short id, check character. */

/** Plus Code digits (Open Location Code specification, version 1.1). */
const DIGITS = '23456789CFGHJMPQRVWX';
/** ISO 7064 MOD 37,36: catches every single wrong character and nearly every swap of neighbours. */
const CHECKED = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Finest grid of a ten-digit code is 1/8000 degree. */
const STEPS = 8000;

/**
 * Return the ten-digit Plus Code of a point, such as `6PGX4FMR+7M`.
 * @param {number} lat
 * @param {number} lon
 */
export function plusCode(lat, lon) {
  let y = Math.floor((Math.min(Math.max(lat, -90), 90 - 1 / STEPS) + 90) * STEPS + 1e-6);
  let x = Math.floor(((((lon + 180) % 360) + 360) % 360) * STEPS + 1e-6);
  let code = '';
  for (let pair = 0; pair < 5; pair += 1) {
    code = DIGITS.charAt(y % 20) + DIGITS.charAt(x % 20) + code;
    y = Math.floor(y / 20);
    x = Math.floor(x / 20);
  }
  return `${code.slice(0, 8)}+${code.slice(8)}`;
}

/** Return the check character over the letters and digits of a text. @param {string} text */
export function checkCharacter(text) {
  let sum = 36;
  for (const character of text.toUpperCase()) {
    const value = CHECKED.indexOf(character);
    if (value >= 0) {
      sum = (sum + value) % 36 || 36;
      sum = (sum * 2) % 37;
    }
  }
  return CHECKED[(37 - sum) % 36];
}

/**
 * Build the SMS: `SIAGA112 KEBAKARAN 6PGX4FMR+7M 3F9A21 K`. It leaves out the description: the space is for the place.
 * @param {{key: string, word: string, location: SiagaLocation | null, kelurahan?: string, landmark?: string}} report
 *   word: the kind's; kelurahan: its name
 */
export function smsText({ key, word, location, kelurahan = '', landmark = '' }) {
  const plain = (/** @type {string} */ text, /** @type {number} */ most) =>
    text
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9 .,-]/g, '')
      .trim()
      .slice(0, most);
  const known = location?.lat !== undefined && location.lon !== undefined;
  const at = known ? plusCode(location.lat ?? 0, location.lon ?? 0) : plain(kelurahan, 30) || 'LOKASI?';
  const short = key.replaceAll('-', '').slice(-6).toUpperCase();
  const text = ['SIAGA112', plain(word, 30).toUpperCase(), at, plain(landmark, 60), short].filter(Boolean).join(' ');
  return `${text} ${checkCharacter(text)}`;
}

/**
 * Return a link that opens the SMS app with the text filled in; iOS needs `&`, others `?`.
 * @param {string} number
 * @param {string} text
 * @param {string} [agent]
 */
export function smsLink(number, text, agent = navigator.userAgent) {
  const apple = /iPhone|iPad|iPod|Macintosh/.test(agent);
  return `sms:${number}${apple ? '&' : '?'}body=${encodeURIComponent(text)}`;
}
