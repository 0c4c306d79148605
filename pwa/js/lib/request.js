// @ts-check
/** Requests to the server: a time limit, the device header, and no exception for a missing network. */
import '../worker/shared.js';

/** Status 0 means: no network or time-out. See `SiagaRequest` and `SiagaAnswer` in types.d.ts. */
export const request = globalThis.siaga.request;

/** Tell every open page of this phone what moved. */
export const broadcast = globalThis.siaga.broadcast;

/**
 * Hear what this page, other pages and the service worker tell.
 * @param {(news: SiagaNews) => void} hear
 * @returns {() => void} stop hearing
 */
export const listen = globalThis.siaga.listen;
