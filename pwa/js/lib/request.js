// @ts-check
/** Sends requests with a time limit and the device header. A missing network is status 0, no exception. */
import '../worker/shared.js';

/** Status 0 means: no network or time-out. See `SiagaRequest` and `SiagaAnswer` in types.d.ts. */
export const request = globalThis.siaga.request;

/** Notify every open page on this phone of a change. */
export const broadcast = globalThis.siaga.broadcast;

/**
 * Listen for changes from this page, other pages and the service worker.
 * @param {(news: SiagaNews) => void} hear
 * @returns {() => void} stop listening
 */
export const listen = globalThis.siaga.listen;
