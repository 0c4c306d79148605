"""Stores photos in a folder that only its owner may read: files by id, pieces appended under a lock."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from app.core.errors import Conflict, DiskFull, NotFound, TooLarge

_CHUNK: Final = 65_536
_SUFFIXES: Final = {"upload": ".part", "large": ".jpg", "small": ".small.jpg"}
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class Stream(Protocol):
    """A request body that is read in pieces."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...


class Shelf:
    """Stores photos below `<data>/media`. The length of an upload's file is its progress."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "media"

    def upload(self, media_id: str) -> Path:
        """Return the path of the uploaded bytes, which exist until the photo is checked."""
        return self._file(media_id, "upload")

    def large(self, media_id: str) -> Path:
        """Return the path of the large rebuilt picture."""
        return self._file(media_id, "large")

    def small(self, media_id: str) -> Path:
        """Return the path of the small rebuilt picture."""
        return self._file(media_id, "small")

    def begin(self, media_id: str) -> int:
        """Create an empty upload, or find the existing one; return its length in bytes."""
        file = self.upload(media_id)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _raise_when_full():
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        return file.stat().st_size

    def received(self, media_id: str) -> int | None:
        """Return how many bytes of an upload are stored, None when there is no upload."""
        try:
            return self.upload(media_id).stat().st_size
        except FileNotFoundError:
            return None

    def append(self, media_id: str, *, offset: int, whole: int, body: Stream) -> int:
        """Append a piece to an upload and flush it to disk; return the new length in bytes.

        Raises:
            NotFound: no such upload.
            Conflict: another request writes, or `offset` differs from the stored length, which it then carries.
            TooLarge: more bytes than were announced; the announced ones are kept.
            DiskFull: the disk is full; what was written before is kept.
        """
        try:
            handle = os.open(self.upload(media_id), os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            raise NotFound from None
        try:
            length = _locked_length(handle)
            if length != offset:
                raise Conflict(offset=length)
            with _raise_when_full():
                return _append_pieces(handle, length, whole, body)
        finally:
            os.close(handle)

    def digest(self, media_id: str) -> str:
        """Return the SHA-256 of an upload in hexadecimal."""
        with self.upload(media_id).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def drop(self, media_id: str, *names: str) -> None:
        """Delete the named files of a photo (`upload`, `large`, `small`); all of them when no name is given."""
        for name in names or _SUFFIXES:
            self._file(media_id, name).unlink(missing_ok=True)

    def _file(self, media_id: str, name: str) -> Path:
        """Return the path of a file; ids are UUIDs whose last two digits are random, so folders fill evenly."""
        return self.folder / media_id[-2:] / f"{media_id}{_SUFFIXES[name]}"


def _locked_length(handle: int) -> int:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Conflict from None
    return os.fstat(handle).st_size


def _append_pieces(handle: int, length: int, whole: int, body: Stream) -> int:
    try:
        while piece := body.read(_CHUNK):
            fitting = piece[: whole - length]
            written = 0
            while written < len(fitting):
                written += os.write(handle, fitting[written:])
            length += written
            if len(fitting) < len(piece):
                raise TooLarge
        return length
    finally:
        os.fdatasync(handle)


@contextmanager
def _raise_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise DiskFull from None
        raise
