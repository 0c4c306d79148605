"""Read map tiles from a PMTiles archive, one file with all tiles (specification version 3)."""

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
"""Types of raster tiles, which browsers draw without a library; vector tiles are refused."""
MOST_BYTES: Final = 2 * 1024 * 1024
"""Maximum size of one tile or directory."""
DIRECTORIES: Final = 64
DEEPEST: Final = 4
"""Maximum depth of directories, from the specification."""
BROKEN: Final = (ValueError, IndexError, EOFError, OverflowError, zlib.error)
"""Exceptions of reading a damaged file."""


class Unusable(ValueError):
    """The file is no archive of raster tiles; the message is a sentence for the administrator."""


class Span(NamedTuple):
    """Byte range of the file."""

    offset: int
    length: int


class Archive:
    """An open archive, kept open for the life of the process; safe for many threads."""

    def __init__(self, file: Path) -> None:
        """Open the archive and read its header and metadata.

        Raises:
            Unusable: the file is missing, is no PMTiles archive, or holds no raster tiles.
        """
        try:
            self._file = os.open(file, os.O_RDONLY)
            head = tile.deserialize_header(self._bytes(0, 127))
            words = self._bytes(head["metadata_offset"], min(head["metadata_length"], MOST_BYTES))
            metadata = json.loads(_unpacked(words, head["internal_compression"].value))
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
        self.attribution = _strip_markup(metadata.get("attribution") if isinstance(metadata, dict) else None)
        self.mark = sha256(self._bytes(0, 127)).hexdigest()[:12]
        """Version of the file, part of the tile URLs, so that a new file is loaded afresh."""
        self._root = Span(head["root_offset"], head["root_length"])
        self._leaves: int = head["leaf_directory_offset"]
        self._pictures: int = head["tile_data_offset"]
        self._directory = lru_cache(DIRECTORIES)(self._read_directory)

    def picture(self, z: int, x: int, y: int) -> bytes | None:
        """Return one tile, 256 pixels wide and high; None where the map has none, or the file is damaged."""
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
        """Return a part of the file, shorter at its end; a file truncated in place therefore crashes no process."""
        return os.pread(self._file, length, offset)

    def _read_directory(self, where: Span) -> list[Entry]:
        if where.length > MOST_BYTES:
            return []
        entries: list[Entry] = tile.deserialize_directory(self._bytes(*where))
        return entries


def _unpacked(content: bytes, packing: int) -> bytes:
    return gzip.decompress(content) if packing == 2 else content


def _strip_markup(words: object) -> str:
    """Return the attribution without the markup of archives, at most 300 characters."""
    return html.unescape(re.sub(r"<[^>]*>", "", words)).strip()[:300] if isinstance(words, str) else ""
