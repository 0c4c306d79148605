"""Run as a process of its own: read a photo, write it again from its pixels, large and small.

`python -I rebuild.py SOURCE LARGE SMALL`; prints `WIDTH HEIGHT`. It imports nothing of ours, may use little memory,
little time and no new processes, and whoever started it may kill it at any moment. Exit 3: no readable picture.
"""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

LARGE = 2048
"""Longest side of the large picture: enough to read a number plate across a street."""
SMALL = 320
MEMORY = 512 * 1024 * 1024
"""Bytes of address space: 25 megapixels with transparency, decoded whole. A 12-megapixel JPEG takes 62 MB."""
SECONDS = 10
LARGEST_FILE = 8 * 1024 * 1024
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""Orientation (Exif 2.32, 4.6.4) → `Image.Transpose`."""
_ORIENTATION = 0x0112


def limit() -> None:
    """Give up what a picture needs not."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def rebuild(source: str, large: str, small: str) -> tuple[int, int]:
    """Write both pictures; return width and height of the large one.

    Sizes are whole fractions: a JPEG is decoded at its half, quarter or eighth at once, which is a fifth of the
    work of decoding it whole and resampling it (docs/decisions/0022).
    """
    from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    del JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # imported so that no other format is looked for
    Image.MAX_IMAGE_PIXELS = None  # pixels were counted before this process was started
    with Image.open(source, formats=("JPEG", "PNG", "WEBP")) as opened:
        turn = _turn(opened)
        part = parts(opened.size, LARGE)
        opened.draft("RGB", (max(opened.width // part, 1), max(opened.height // part, 1)))
        opened.load()
        fresh = Image.new("RGB", opened.size, "white")
        fresh.paste(*_painted(opened))  # pixels and nothing else
    if (left := parts(fresh.size, LARGE)) > 1:
        fresh = fresh.reduce(left)
    if turn is not None:
        fresh = fresh.transpose(Image.Transpose(turn))
    fresh.save(large, "JPEG", quality=82)
    fresh.reduce(parts(fresh.size, SMALL, powers=False)).save(small, "JPEG", quality=75)
    return fresh.size


def parts(size: tuple[int, int], side: int, *, powers: bool = True) -> int:
    """Return by what to divide so that the longer side is at most `side`; powers of two up to eight for decoders."""
    whole = -(-max(size) // side)
    return next((power for power in (1, 2, 4, 8) if power >= whole), 8) if powers and whole <= 8 else whole


def _turn(opened: Image.Image) -> int | None:
    """Return how to turn the picture; metadata that cannot be read turns nothing."""
    try:
        return _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  it is a stranger's
        return None


def _painted(opened: Image.Image) -> tuple[Any, ...]:
    """Return what to paste and where to let the ground shine through."""
    if opened.mode in {"RGBA", "LA", "PA"} or "transparency" in opened.info:
        above = opened if opened.mode == "RGBA" else opened.convert("RGBA")
        return above, (0, 0), above.getchannel("A")
    if opened.mode.startswith("I"):  # sixteen bits of grey
        return (opened.point(lambda value: value / 256).convert("L"),)
    return (opened if opened.mode == "RGB" else opened.convert("RGB"),)


def main(words: list[str]) -> int:
    """Do it and say the size."""
    limit()
    try:
        width, height = rebuild(*words)
    except MemoryError:
        return 4
    except Exception:  # noqa: BLE001  whatever a stranger's bytes did to the decoder, they are no photo
        return 3
    print(width, height)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
