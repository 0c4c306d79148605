// @ts-check
/** The queue's rows in the page: put in, replaced, moved and taken out without losing the focus. */

/** @typedef {{ id: string, open: boolean, priority: number, received_at: string, html: string }} Row */

/** @param {HTMLElement} row */
const isRinging = (row) => row.classList.contains('is-red') && /received|opened/.test(row.dataset.state ?? '');

/** When its reporter last said that it goes on, unread so far. @param {HTMLElement | null} row */
const call = (row) => row?.dataset.calls ?? '';

/** Order of the queue: priority, then who waits longest. @param {HTMLElement} row */
const key = (row) => `${row.dataset.priority} ${row.dataset.doubt ?? 0} ${row.dataset.received} ${row.dataset.id}`;

export class Rows {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
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
   * @param {string[]} changed ids, also of rows that are no longer open
   * @param {Row[]} rows
   * @returns {HTMLElement[]} rows that just turned red, or whose reporter just said that it goes on
   */
  apply(changed, rows) {
    const fresh = new Map(rows.filter((row) => row.open).map((row) => [row.id, row]));
    const red = [];
    for (const id of changed) {
      const row = fresh.get(id);
      const old = this.find(id);
      if (!row) {
        if (old) this.#takeOut(old);
        continue;
      }
      const rang = !!old && isRinging(old);
      const called = call(old);
      const placed = this.#put(row, old);
      if (placed && ((isRinging(placed) && !rang) || (call(placed) && call(placed) !== called))) red.push(placed);
    }
    this.mark();
    return red;
  }

  /** @param {HTMLElement} old */
  #takeOut(old) {
    const next = /** @type {HTMLElement | null} */ (old.nextElementSibling ?? old.previousElementSibling);
    const held = old.contains(document.activeElement);
    old.remove();
    if (this.current === old.dataset.id) this.current = next?.dataset.id ?? '';
    if (held && next) this.choose(next);
  }

  /** @param {Row} row @param {HTMLElement | null} old */
  #put(row, old) {
    const template = document.createElement('template');
    template.innerHTML = row.html;
    const made = /** @type {HTMLElement | null} */ (template.content.querySelector('li'));
    if (!made) return null;
    const after = this.all().find((one) => one !== old && key(one) > key(made)) ?? null;
    const isBeyond = !after && this.list.dataset.more === '1' && !old && !call(made);
    if (isBeyond || this.list.dataset.first === '0') return null;
    const held = old?.contains(document.activeElement);
    const stays = old && (old.nextElementSibling === after || (after === null && !old.nextElementSibling));
    if (stays) old.replaceWith(made);
    else {
      old?.remove();
      this.list.insertBefore(made, after);
    }
    made.classList.add('fresh');
    if (held) this.choose(made);
    return made;
  }

  /** @param {HTMLElement} row */
  choose(row) {
    this.current = row.dataset.id ?? '';
    this.mark();
    /** @type {HTMLElement | null} */ (row.querySelector('.row-link'))?.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  /** @returns {HTMLElement | null} the row that keys are about */
  chosen() {
    return this.find(this.current);
  }

  /** @param {number} step */
  move(step) {
    const rows = this.all();
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.dataset.id === this.current);
    const place = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
    this.choose(rows[place]);
  }

  /** The next row that somebody must act on, round and round. */
  nextRed() {
    const rows = this.all();
    const here = rows.findIndex((row) => row.dataset.id === this.current);
    const next = [...rows.slice(here + 1), ...rows.slice(0, here + 1)].find((row) => row.classList.contains('is-red'));
    if (next) this.choose(next);
  }

  mark() {
    for (const row of this.all()) row.classList.toggle('current', row.dataset.id === this.current && this.current !== '');
  }
}
