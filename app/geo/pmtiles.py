"""A PMTiles archive: one file with the pictures of a map, read in place (specification version 3)."""

from __future__ import annotations

import gzip
import html
import json
import os
import re
import zlib
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from app.core.lazy_import import late

if TYPE_CHECKING:
    from pmtiles.tile import Entry

tile = late("pmtiles.tile")

PICTURES: Final = {2: "image/png", 3: "image/jpeg", 4: "image/webp", 5: "image/avif"}
"""Types of tiles that every browser draws by itself; the others are shapes, which want a drawing library."""
MOST_BYTES: Final = 2 * 1024 * 1024
"""Of one picture or directory; more is no tile of a map."""
DIRECTORIES: Final = 64
DEEPEST: Final = 4
"""Directories on the way to a tile, as the specification allows."""
BROKEN: Final = (ValueError, IndexError, EOFError, OverflowError, zlib.error)
"""What reading of a damaged file ends with."""


class Unusable(ValueError):
    """One plain sentence: why this file is no map of pictures."""


class Span(NamedTuple):
    """Bytes of the file."""

    offset: int
    length: int


class Archive:
    """The file, open for as long as the process lives; safe for many threads."""

    def __init__(self, file: Path) -> None:
        """Open it and read what it says of itself.

        Raises:
            Unusable: it is not there, no such archive, or it holds no pictures.
        """
        try:
            self._file = os.open(file, os.O_RDONLY)
            head = tile.deserialize_header(self._bytes(0, 127))
            words = self._bytes(head["metadata_offset"], min(head["metadata_length"], MOST_BYTES))
            told = json.loads(_unpacked(words, head["internal_compression"].value))
        except OSError as fault:
            raise Unusable(f"{file} cannot be read: {fault.strerror}") from fault
        except (*BROKEN, tile.MagicNumberNotFound, tile.SpecVersionUnsupported) as fault:
            raise Unusable(f"{file} is no PMTiles archive of version 3") from fault
        self.type = PICTURES.get(head["tile_type"].value, "")
        if not self.type or head["tile_compression"].value > 1 or head["internal_compression"].value != 2:
            raise Unusable(
                f"{file} holds no pictures (PNG, JPEG, WebP or AVIF) that browsers draw by themselves"
            )
        self.max_zoom: int = head["max_zoom"]
        self.attribution = _plain(told.get("attribution") if isinstance(told, dict) else None)
        self.mark = sha256(self._bytes(0, 127)).hexdigest()[:12]
        """Changes when the file does: addresses of pictures carry it."""
        self._root = Span(head["root_offset"], head["root_length"])
        self._leaves: int = head["leaf_directory_offset"]
        self._pictures: int = head["tile_data_offset"]
        self._directory = lru_cache(DIRECTORIES)(self._read_directory)

    def picture(self, z: int, x: int, y: int) -> bytes | None:
        """Return one picture, 256 pixels wide and high; None where the map has none, or the file is damaged."""
        if not (0 <= z <= self.max_zoom and 0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        try:
            return self._find(tile.zxy_to_tileid(z, x, y))
        except (*BROKEN, OSError):
            return None

    def _find(self, wanted: int) -> bytes | None:
        where = self._root
        for _ in range(DEEPEST):
            entry = tile.find_tile(self._directory(where), wanted)
            if entry is None or entry.length > MOST_BYTES:
                return None
            if entry.run_length:
                found = self._bytes(self._pictures + entry.offset, entry.length)
                return found if len(found) == entry.length else None
            where = Span(self._leaves + entry.offset, entry.length)
        return None

    def _bytes(self, offset: int, length: int) -> bytes:
        """Return a part of the file, shorter where it ends: a file that was cut in place ends no process."""
        return os.pread(self._file, length, offset)

    def _read_directory(self, where: Span) -> list[Entry]:
        if where.length > MOST_BYTES:
            return []
        entries: list[Entry] = tile.deserialize_directory(self._bytes(*where))
        return entries


def _unpacked(content: bytes, packing: int) -> bytes:
    return gzip.decompress(content) if packing == 2 else content


def _plain(words: object) -> str:
    """Return who must be named, without the markup that archives carry."""
    return html.unescape(re.sub(r"<[^>]*>", "", words)).strip()[:300] if isinstance(words, str) else ""
