// @ts-check
/**
 * Inserts, replaces, moves and removes the queue's rows without losing the focus or shifting rows under the pointer.
 */
import { isBusy, isPressed, runWhenIdle } from '../lib/defer_while_busy.js';

/** @typedef {{ id: string, open: boolean, priority: number, received_at: string, html: string }} Row */

/** @param {HTMLElement} row */
const isRinging = (row) => row.classList.contains('is-red') && /received|opened/.test(row.dataset.state ?? '');

/** Return the time of the reporter's last unread "still happening" signal, or ''. @param {HTMLElement | null} row */
const call = (row) => row?.dataset.calls ?? '';

/** Return the sort key: priority, then longest wait. @param {HTMLElement} row */
const key = (row) => `${row.dataset.priority} ${row.dataset.doubt ?? 0} ${row.dataset.received} ${row.dataset.id}`;

/** Return the transition whose control has the focus, '' for the row itself. @param {HTMLElement} row */
const heldIn = (row) => {
  const active = document.activeElement;
  return active && row.contains(active) ? (active.closest('[data-move]')?.getAttribute('data-move') ?? '') : null;
};

/** @param {Row} row */
function make(row) {
  const template = document.createElement('template');
  template.innerHTML = row.html;
  return /** @type {HTMLElement | null} */ (template.content.querySelector('li'));
}

export class Rows {
  /**
   * Deferred changes by id: the row to insert or replace, null for a row to remove.
   * @type {Map<string, HTMLElement | null>}
   */
  #waiting = new Map();

  /** @param {HTMLElement} list @param {(fresh: number) => void} [onWaiting] gets the number of deferred new rows */
  constructor(list, onWaiting = () => undefined) {
    this.list = list;
    this.onWaiting = onWaiting;
    this.current = '';
  }

  /** @returns {HTMLElement[]} */
  all() {
    return /** @type {HTMLElement[]} */ ([...this.list.children]);
  }

  /** @param {string} id @returns {HTMLElement | null} */
  find(id) {
    return /** @type {HTMLElement | null} */ (document.getElementById(`i-${id}`));
  }

  /**
   * @param {string[]} changed ids, including rows that are no longer open
   * @param {Row[]} rows
   * @returns {HTMLElement[]} rows that just turned red, or whose reporter just signalled "still happening",
   *   inserted or deferred
   */
  apply(changed, rows) {
    const fresh = new Map(rows.filter((row) => row.open).map((row) => [row.id, row]));
    const red = [];
    for (const id of changed) {
      const row = fresh.get(id);
      const made = row ? make(row) : null;
      const old = this.find(id);
      const before = this.#waiting.get(id) ?? old;
      if (row && (!made || !this.#belongs(made, old))) continue;
      const rings = made && isRinging(made) && !(before && isRinging(before));
      if (made && (rings || (call(made) && call(made) !== call(before)))) red.push(made);
      this.#waiting.delete(id);
      if (!made && !old) continue;
      if (!isBusy() || !(made && old && this.#exchange(made, old))) this.#waiting.set(id, made);
    }
    runWhenIdle('rows', () => this.#putAll());
    this.#announce();
    return red;
  }

  #putAll() {
    for (const [id, made] of this.#waiting) {
      const old = this.find(id);
      if (made) this.#put(made, old);
      else if (old) this.#takeOut(old);
    }
    this.#waiting.clear();
    this.#announce();
  }

  #announce() {
    this.mark();
    const nothing = document.getElementById('nothing');
    if (nothing) nothing.hidden = this.list.children.length > 0;
    this.onWaiting(this.fresh().length);
  }

  /** @returns {HTMLElement[]} deferred new rows, in the queue's order */
  fresh() {
    const rows = /** @type {HTMLElement[]} */ (
      [...this.#waiting].map(([id, made]) => !this.find(id) && made).filter(Boolean)
    );
    return rows.sort((row, other) => (key(row) > key(other) ? 1 : -1));
  }

  /** Return whether a row belongs to this page. @param {HTMLElement} made @param {HTMLElement | null} old */
  #belongs(made, old) {
    const isBeyond = this.list.dataset.more === '1' && !old && !call(made) && !this.#after(made, old);
    return !isBeyond && this.list.dataset.first !== '0';
  }

  /** Return the row before which a row is inserted. @param {HTMLElement} made @param {HTMLElement | null} old */
  #after(made, old) {
    return this.all().find((item) => item !== old && key(item) > key(made)) ?? null;
  }

  /** @param {HTMLElement} old */
  #takeOut(old) {
    const next = /** @type {HTMLElement | null} */ (old.nextElementSibling ?? old.previousElementSibling);
    const held = old.contains(document.activeElement);
    old.remove();
    if (this.current === old.dataset.id) this.current = next?.dataset.id ?? '';
    if (held && next) this.choose(next);
  }

  /** Replace a row in place if no other row has to move. @param {HTMLElement} made @param {HTMLElement} old */
  #exchange(made, old) {
    if (isPressed() || this.#after(made, old) !== old.nextElementSibling) return false;
    const height = old.offsetHeight;
    const held = heldIn(old);
    old.replaceWith(made);
    const isQuiet = made.offsetHeight === height;
    if (!isQuiet) made.replaceWith(old);
    this.#hold(isQuiet ? made : old, held);
    if (isQuiet) made.classList.add('fresh');
    return isQuiet;
  }

  /** @param {HTMLElement} made @param {HTMLElement | null} old */
  #put(made, old) {
    const after = this.#after(made, old);
    const held = old && heldIn(old);
    if (old && old.nextElementSibling === after) old.replaceWith(made);
    else {
      old?.remove();
      this.list.insertBefore(made, after);
    }
    this.#hold(made, held);
    made.classList.add('fresh');
  }

  /**
   * Restore a row's focus, on the same button if the row still has it.
   * @param {HTMLElement} row
   * @param {string | null} held
   */
  #hold(row, held) {
    if (held === null) return;
    this.choose(row);
    const control = held ? row.querySelector(`[data-move=${held}]`) : null;
    /** @type {HTMLElement | null} */ (control?.querySelector('button') ?? control)?.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} row */
  choose(row) {
    this.current = row.dataset.id ?? '';
    this.mark();
    /** @type {HTMLElement | null} */ (row.querySelector('.row-link'))?.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  /** @returns {HTMLElement | null} the row that the keyboard acts on */
  chosen() {
    return this.find(this.current);
  }

  /** @param {number} step */
  move(step) {
    const rows = this.all();
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.dataset.id === this.current);
    const place = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
    const next = rows[place];
    if (next) this.choose(next);
  }

  /** Choose the next row that needs action, wrapping around at the end. */
  nextRed() {
    const rows = this.all();
    const here = rows.findIndex((row) => row.dataset.id === this.current);
    const next = [...rows.slice(here + 1), ...rows.slice(0, here + 1)].find((row) => row.classList.contains('is-red'));
    if (next) this.choose(next);
  }

  mark() {
    for (const row of this.all())
      row.classList.toggle('current', row.dataset.id === this.current && this.current !== '');
  }
}
