// @ts-check
/** Sends the receipt's requests in bodies of one size, so that their length reveals nothing. */

/** @typedef {import('./crypto/receipt.js').Derived} Derived */
/** @typedef {{id: string, purpose: string, author: string, at: string, envelope: string}} Item */
/**
 * @typedef {{state: string, received_at: string, opened: number, views: {at: string, who: string}[],
 *   items: Item[], contact: import('./report.js').Contact | null, key: string}} Found
 */

/**
 * @param {string} path '' or /items, /chunks, /contact, /erase
 * @param {Derived} derived
 * @param {object} [rest]
 * @returns {Promise<SiagaAnswer>}
 */
export const ask = (path, { lookup, proof }, rest = {}) =>
  globalThis.siaga.request(`/api/v1/receipts${path}`, {
    method: 'POST',
    body: globalThis.siaga.outbox.frame({ lookup, proof, ...rest }),
    headers: { 'Content-Type': 'application/json' },
    timeout_ms: 30000,
  });
