"""Photos as phones make them and files as attackers make them; every byte made here."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

CANARY = b"KENARI-7731"
"""Stands in every piece of metadata; must be in no picture that we keep."""


def pixels(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A picture whose corners differ: red, green, blue, white from the top left to the bottom right."""
    made = Image.new("RGB", (2, 2))
    made.putdata([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)])
    return made.resize((width, height), Image.Resampling.NEAREST).convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """Metadata with the canary as maker, a position, and an orientation."""
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010F] = CANARY.decode()
    made.get_ifd(0x8825)[2] = (0.0, 7.0, 58.0)
    return made


def jpeg(width: int = 640, height: int = 480, **options: Any) -> bytes:
    file = io.BytesIO()
    options = {"quality": 80, "exif": exif(), "comment": CANARY} | options
    pixels(width, height).save(file, "JPEG", **options)
    return file.getvalue()


def png(width: int = 640, height: int = 480, mode: str = "RGB") -> bytes:
    from PIL import PngImagePlugin

    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", CANARY.decode())
    file = io.BytesIO()
    pixels(width, height, mode).save(file, "PNG", pnginfo=words, exif=exif())
    return file.getvalue()


def webp(width: int = 640, height: int = 480, **options: Any) -> bytes:
    file = io.BytesIO()
    pixels(width, height).save(file, "WEBP", exif=exif(), xmp=CANARY, **options)
    return file.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A small file that says it is large: the classic bomb."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    """A photo whose frame header says another size."""
    plain = jpeg(64, 64, exif=b"", comment=None)
    at = plain.index(b"\xff\xc0")
    return plain[: at + 5] + struct.pack(">HH", height, width) + plain[at + 9 :]


def webp_claiming(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is larger than any camera's."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x00\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a picture."""
    with Image.open(io.BytesIO(content)) as picture:
        return picture.size
