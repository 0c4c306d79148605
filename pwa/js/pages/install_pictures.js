// @ts-check
/** Draws a phone's screen for each installation step; a ring marks what to tap. */
import { svg } from '../lib/dom.js';

/** @typedef {Record<string, string | number>} Attributes */

/** @param {Attributes} attributes */
const box = (attributes) => svg('rect', { rx: 4, ...attributes });
/** @param {string} d @param {string} [kind] */
const path = (d, kind = 'p-line') => svg('path', { d, class: kind });
/** Draw a placeholder for a line of text. @param {number} x @param {number} y @param {number} width */
const words = (x, y, width) => box({ x, y, width, height: 6, rx: 3, class: 'p-words' });
/** Draw the ring around what to tap. @param {number} x @param {number} y @param {number} [r] */
const ring = (x, y, r = 15) => svg('circle', { cx: x, cy: y, r, class: 'p-ring' });
/** Draw the app's mark. @param {number} x @param {number} y @param {number} size */
const mark = (x, y, size) =>
  svg(
    'g',
    { transform: `translate(${x} ${y}) scale(${size / 48})` },
    box({ width: 48, height: 48, rx: 11, class: 'p-mark' }),
    svg('use', { href: '#i-mark', width: 48, height: 48 }),
  );

const share = () => [path('M-4-3h-4v12H8V-3H4M0 4v-15M-5-7l5-5 5 5')];
/** @param {number} x @param {number} y @param {SVGElement[]} parts */
const at = (x, y, parts) => svg('g', { transform: `translate(${x} ${y})` }, ...parts);

/** Draw the page behind: the red call button and some tiles. */
const page = () => [
  box({ x: 14, y: 38, width: 92, height: 22, class: 'p-red' }),
  ...[0, 1].flatMap((row) =>
    [0, 1].map((column) => box({ x: 14 + column * 48, y: 68 + row * 34, width: 44, height: 28, class: 'p-tile' })),
  ),
];
const addressBar = () => [box({ x: 14, y: 16, width: 76, height: 14, rx: 7, class: 'p-tile' })];
const sheet = () => [box({ x: 6, y: 76, width: 108, height: 118, rx: 10, class: 'p-sheet' })];

const SCENES = {
  i1: () => [
    ...page(),
    box({ x: 6, y: 162, width: 108, height: 32, class: 'p-sheet' }),
    at(60, 177, share()),
    path('M22 171l-6 6 6 6M98 171l6 6-6 6'),
    ring(60, 177),
  ],
  i2: () => [
    ...page(),
    ...sheet(),
    words(18, 92, 40),
    words(18, 112, 58),
    words(18, 136, 52),
    box({ x: 12, y: 150, width: 96, height: 26, class: 'p-chosen' }),
    words(18, 160, 56),
    path('M90 155h14v14H90zM97 158v8M93 162h8'),
  ],
  i3: () => [
    ...page(),
    ...sheet(),
    words(16, 90, 22),
    box({ x: 78, y: 83, width: 28, height: 18, rx: 9, class: 'p-key' }),
    ring(92, 92, 19),
    mark(18, 116, 28),
    words(54, 122, 44),
    words(54, 134, 30),
  ],
  i4: () => [...home(), mark(43, 74, 34), ring(60, 91, 25), words(42, 114, 36)],
  a1: () => [
    ...addressBar(),
    ...page(),
    svg('circle', { cx: 102, cy: 17, r: 1.8, class: 'p-dot' }),
    svg('circle', { cx: 102, cy: 23, r: 1.8, class: 'p-dot' }),
    svg('circle', { cx: 102, cy: 29, r: 1.8, class: 'p-dot' }),
    ring(102, 23, 13),
  ],
  a2: () => [
    ...addressBar(),
    ...page(),
    box({ x: 34, y: 20, width: 78, height: 128, class: 'p-sheet' }),
    words(44, 34, 40),
    words(44, 54, 50),
    words(44, 74, 34),
    box({ x: 38, y: 88, width: 70, height: 26, class: 'p-chosen' }),
    words(60, 98, 40),
    path('M44 94h10v14H44zM49 97v6M46 101l3 3 3-3'),
    words(44, 128, 46),
  ],
  a3: () => [
    ...addressBar(),
    ...page(),
    box({ x: 6, y: 122, width: 108, height: 72, rx: 10, class: 'p-sheet' }),
    mark(16, 132, 26),
    words(50, 138, 50),
    words(50, 150, 34),
    box({ x: 58, y: 166, width: 48, height: 20, rx: 10, class: 'p-key' }),
    ring(82, 176, 26),
  ],
};

/** Draw a home screen with other apps. */
function home() {
  const places = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((place) => place !== 4);
  return places.map((place) =>
    box({
      x: 16 + (place % 3) * 34,
      y: 30 + Math.floor(place / 3) * 48,
      width: 22,
      height: 22,
      rx: 6,
      class: 'p-tile',
    }),
  );
}

/**
 * Draw one step.
 * @param {keyof typeof SCENES} step such as `i1`
 */
export const picture = (step) =>
  svg(
    'svg',
    { viewBox: '0 0 120 208', class: 'phone', 'aria-hidden': 'true', focusable: 'false' },
    box({ x: 2, y: 2, width: 116, height: 204, rx: 16, class: 'p-body' }),
    ...SCENES[step](),
    box({ x: 44, y: 200, width: 32, height: 3, rx: 1.5, class: 'p-words' }),
  );
