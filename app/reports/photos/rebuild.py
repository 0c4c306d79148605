"""Reads a photo and writes a large and a small copy from its pixels, in a process of its own.

`python -I rebuild.py SOURCE LARGE SMALL`; prints `WIDTH HEIGHT`. It imports no module of the app, has limited
memory and time, and its parent may kill it at any moment. Exit 3: no readable picture; exit 4: too much memory.
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
    """Limit this process to the resources that decoding a picture needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def rebuild(source: str, large: str, small: str) -> tuple[int, int]:
    """Write both pictures; return width and height of the large one.

    Sizes are whole fractions: a JPEG is decoded directly at a half, quarter or eighth, which takes a fifth of the
    work of decoding it whole and resampling it (docs/decisions/0022).
    """
    from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    del JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # imported so that no other format is tried
    Image.MAX_IMAGE_PIXELS = None  # pixels were counted before this process was started
    with Image.open(source, formats=("JPEG", "PNG", "WEBP")) as opened:
        turn = _orientation_transpose(opened)
        part = parts(opened.size, LARGE)
        opened.draft("RGB", (max(opened.width // part, 1), max(opened.height // part, 1)))
        opened.load()
        fresh = Image.new("RGB", opened.size, "white")
        fresh.paste(*_paste_arguments(opened))  # pixels and nothing else
    if (left := parts(fresh.size, LARGE)) > 1:
        fresh = fresh.reduce(left)
    if turn is not None:
        fresh = fresh.transpose(Image.Transpose(turn))
    fresh.save(large, "JPEG", quality=82)
    fresh.reduce(parts(fresh.size, SMALL, powers=False)).save(small, "JPEG", quality=75)
    return fresh.size


def parts(size: tuple[int, int], side: int, *, powers: bool = True) -> int:
    """Return the divisor that brings the longer side to at most `side`; powers of two up to eight for decoders."""
    whole = -(-max(size) // side)
    return next((power for power in (1, 2, 4, 8) if power >= whole), 8) if powers and whole <= 8 else whole


def _orientation_transpose(opened: Image.Image) -> int | None:
    """Return the transpose operation that the metadata requests; None when it is missing or unreadable."""
    try:
        return _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  the metadata is untrusted
        return None


def _paste_arguments(opened: Image.Image) -> tuple[Any, ...]:
    """Return the arguments for `Image.paste`: the picture, and its transparency as a mask."""
    if opened.mode in {"RGBA", "LA", "PA"} or "transparency" in opened.info:
        above = opened if opened.mode == "RGBA" else opened.convert("RGBA")
        return above, (0, 0), above.getchannel("A")
    if opened.mode.startswith("I"):  # sixteen bits of grey
        return (opened.point(lambda value: value / 256).convert("L"),)
    return (opened if opened.mode == "RGB" else opened.convert("RGB"),)


def main(words: list[str]) -> int:
    """Rebuild one photo and print its size; return the exit status."""
    limit()
    try:
        width, height = rebuild(*words)
    except MemoryError:
        return 4
    except Exception:  # noqa: BLE001  any failure of the decoder means an unreadable photo
        return 3
    print(width, height)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
