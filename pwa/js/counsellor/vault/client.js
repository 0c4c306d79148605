// @ts-check
/** Talks to the worker that holds a counsellor's key; the listener learns when the key locks. */

/** @typedef {{locked: () => void, used: (locksInMs: number) => void}} Listener */

/** Reports that the worker refused a request or could not read its input. */
export class Refused extends Error {}

export class Vault {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    this.calls = 0;
    /** @type {Map<number, {resolve: (result: any) => void, reject: (fault: Error) => void}>} */
    this.waiting = new Map();
    this.worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    this.worker.addEventListener('message', ({ data }) => this.receive(data));
    this.worker.addEventListener('error', () => this.fail('worker'));
  }

  /**
   * @param {string} act @param {object} [input] @param {Transferable[]} [handed]
   * @returns {Promise<any>}
   */
  ask(act, input = {}, handed = []) {
    const call = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(call, { resolve, reject });
      this.worker.postMessage({ call, act, input }, handed);
    });
  }

  /** @param {any} data */
  receive(data) {
    if (data.locked) this.listener.locked();
    if (data.locksIn) this.listener.used(data.locksIn);
    const call = this.waiting.get(data.call);
    if (!call) return;
    this.waiting.delete(data.call);
    if (data.fault) call.reject(new Refused(data.fault));
    else call.resolve(data.output);
  }

  /** @param {string} why */
  fail(why) {
    for (const { reject } of this.waiting.values()) reject(new Refused(why));
    this.waiting.clear();
  }

  /** Terminate the worker and with it the key. */
  end() {
    this.worker.terminate();
    this.fail('locked');
  }
}
