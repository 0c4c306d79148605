// @ts-check
/** Shrinks a photo on the phone for a bad network and removes its metadata. */

/** Longest side in pixels; a phone out of memory tries the next. */
const SIDES = [1600, 1280, 960, 640];
const QUALITY = 0.8;
const THUMB = 192;
/** Most bytes that are sent unchanged when this phone cannot decode the photo. */
const MOST_UNTOUCHED = 8 * 1024 * 1024;
const KNOWN = ['image/jpeg', 'image/png', 'image/webp'];
/** Gigabytes; phones with at most this much memory start one step lower. */
const LITTLE_MEMORY = 1;

/** @typedef {{ blob: Blob, type: string, width: number, height: number, thumb: Blob | undefined }} Small */

/**
 * @param {Blob} file
 * @returns {Promise<Small | null>} null: not a readable picture
 */
export async function shrink(file) {
  const weak = /** @type {any} */ (navigator).deviceMemory <= LITTLE_MEMORY;
  for (const side of SIDES.slice(weak ? 1 : 0)) {
    try {
      return await redraw(file, side);
    } catch {
      // too large for this phone's memory, or not a picture at all: the next step shows
    }
  }
  const untouched = KNOWN.includes(file.type) && file.size <= MOST_UNTOUCHED;
  return untouched ? { blob: file, type: file.type, width: 0, height: 0, thumb: undefined } : null;
}

/** @param {Blob} file @param {number} side @returns {Promise<Small>} */
async function redraw(file, side) {
  const picture = await decode(file);
  try {
    const large = draw(picture, side);
    const blob = await encode(large);
    const thumb = await encode(draw(large, THUMB));
    const { width, height } = large;
    large.width = large.height = 0; // gives the memory back at once on iOS
    return { blob, type: blob.type, width, height, thumb };
  } finally {
    if (picture instanceof ImageBitmap) picture.close();
  }
}

/**
 * Decode the picture, rotated as the camera was held.
 * @param {Blob} file
 * @returns {Promise<ImageBitmap | HTMLImageElement>}
 */
async function decode(file) {
  if ('createImageBitmap' in window) {
    try {
      return await createImageBitmap(file, { imageOrientation: 'from-image' });
    } catch {
      // some browsers decode more kinds in an <img>
    }
  }
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(image.src);
  }
  return image;
}

/** @param {ImageBitmap | HTMLImageElement | HTMLCanvasElement} picture @param {number} side */
function draw(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('canvas');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
const encode = (canvas) =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('canvas'))), 'image/jpeg', QUALITY);
  });
