// @ts-check
/** Builds elements from plain values. Text stays text, so typed words cannot become markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * `h('a', {href: 'tel:112', class: 'call', onclick: beacon}, icon('phone'), t('home.call'))`
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any> | null} [props] `on…` functions listen; true is a bare attribute; null,
 *   undefined and false are left out
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  add(element, children);
  return element;
}

/**
 * @param {Element} parent
 * @param {(Child | Child[])[]} children
 */
function add(parent, children) {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false)
      parent.append(child instanceof Node ? child : String(child));
  }
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Build an SVG element from plain values.
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Build a pictogram from icons/sprite.svg, which is inline in every page. It is hidden from screen readers: put a
 * word beside it.
 * @param {string} name a kind's code, or phone, back, photo, …
 * @param {string} [size] class name such as `icon-l`
 */
export const icon = (name, size = '') =>
  svg(
    'svg',
    { class: `icon ${size}`.trim(), 'aria-hidden': 'true', focusable: 'false' },
    svg('use', { href: `#i-${name}` }),
  );

/**
 * Replace an element's children.
 * @param {Element} parent
 * @param {...(Child | Child[])} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren();
  add(parent, children);
}

/**
 * Ask the router for another screen. Ordinary links to the app's pages do the same by themselves.
 * @param {string} path such as `/laporan`
 * @param {{replace?: boolean, state?: object}} [how] replace: the current screen leaves the history
 */
export function go(path, how = {}) {
  document.dispatchEvent(new CustomEvent('siaga:go', { detail: { path, ...how } }));
}
