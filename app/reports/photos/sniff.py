"""Reads format and size of a picture from its header, before anything decodes it.

Accepts JPEG (ITU-T T.81, B.2), PNG (RFC 2083, 11.2.2) and WebP (RFC 9649). A file that claims more pixels than a
phone's camera makes is refused here, in microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import unpack
from typing import BinaryIO, Final, Literal

Kind = Literal["jpeg", "png", "webp"]

REFUSALS: Final = ("not_a_picture", "too_many_pixels", "moving_picture", "damaged", "too_slow", "abandoned")
"""Reasons for refusing a photo."""
MOST_PIXELS: Final = {"jpeg": 65_000_000, "png": 25_000_000, "webp": 25_000_000}
"""A JPEG is decoded at a fraction of its size; the others must be decoded whole."""
LONGEST_SIDE: Final = 16_384
_SEGMENTS: Final = 400
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})


class Refused(ValueError):
    """Raised for a file that is not an accepted photo; `code` is one of `REFUSALS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """Format and size in pixels, as the header claims them."""

    kind: Kind
    width: int
    height: int


def look(file: BinaryIO) -> Picture:
    """Return the format and size that the header claims.

    Raises:
        Refused: not a JPEG, PNG or WebP, or more than `MOST_PIXELS`.
    """
    head = file.read(32)
    if head[:3] == b"\xff\xd8\xff":
        picture = _jpeg(file)
    elif head[:8] == b"\x89PNG\r\n\x1a\n":
        picture = _png(head)
    elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        picture = _webp(head)
    else:
        raise Refused("not_a_picture")
    if picture.width < 1 or picture.height < 1:
        raise Refused("damaged")
    if (
        max(picture.width, picture.height) > LONGEST_SIDE
        or picture.width * picture.height > MOST_PIXELS[picture.kind]
    ):
        raise Refused("too_many_pixels")
    return picture


def _jpeg(file: BinaryIO) -> Picture:
    """Walk the segments to the frame header and skip their content."""
    file.seek(2)
    for _ in range(_SEGMENTS):
        start = file.read(2)
        while start == b"\xff\xff":  # fill bytes
            start = start[1:] + file.read(1)
        if len(start) < 2 or start[0] != 0xFF:
            break
        if start[1] in _WITHOUT_LENGTH:
            continue
        size = file.read(2)
        if len(size) < 2 or (length := int.from_bytes(size, "big")) < 2 or start[1] == 0xDA:
            break
        if start[1] in _FRAMES:
            frame = file.read(5)
            if len(frame) < 5:
                break
            _, height, width = unpack(">BHH", frame)
            return Picture("jpeg", width, height)
        file.seek(length - 2, 1)
    raise Refused("damaged")


def _png(head: bytes) -> Picture:
    if head[8:16] != b"\x00\x00\x00\rIHDR" or len(head) < 24:
        raise Refused("damaged")
    width, height = unpack(">II", head[16:24])
    return Picture("png", width, height)


def _webp(head: bytes) -> Picture:
    if len(head) < 30:
        raise Refused("damaged")
    chunk = head[12:16]
    if chunk == b"VP8X":
        if head[20] & 0x02:
            raise Refused("moving_picture")
        return Picture(
            "webp", 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
        )
    if chunk == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return Picture("webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if chunk == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = unpack("<HH", head[26:30])
        return Picture("webp", width & 0x3FFF, height & 0x3FFF)
    raise Refused("damaged")
