// @ts-check
/** Facts of the city that an administrator may change, fetched once. */

/** @typedef {{code: string, name: string, lat: number, lon: number}} Kelurahan */

/** @type {Promise<{kelurahan: Kelurahan[], sms: string} | null> | null} */
let city = null;

/** What an administrator may change: kelurahan, numbers, seconds. Null while it cannot be had. */
export function cityFacts() {
  city ??= globalThis.siaga.request('/api/v1/city').then((answer) => {
    if (!answer.ok) city = null;
    return answer.ok ? answer.body : null;
  });
  return city;
}
