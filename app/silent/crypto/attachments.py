"""Store attachments as encrypted chunks, one file per chunk; the server never decodes one.

Path: `<data>/sealed/<file id>/<number>`. The additional data of AES-GCM authenticate the index of each chunk, their
count and the final flag, so a chunk that is moved, changed or left out is detected where it is opened.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.disk import make_room_for_upload
from app.core.errors import Conflict, Invalid, NotFound, TooLarge
from app.core.ids import is_id
from app.silent.models import SilentCase
from app.silent.sealed_models import SealedFile

CHUNK_BYTES: Final = 256 * 1024 + 16
MOST_FILE_BYTES: Final = 64 * 1024 * 1024
MOST_FILES: Final = 100
MOST_CASE_BYTES: Final = 512 * 1024 * 1024
FOLDER: Final = "sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Hold one uploaded chunk."""

    file: str
    index: int
    final: bool
    content: bytes


class ChunkStore:
    """Store chunks in the folder of sealed attachments."""

    def __init__(self, data: Path, reserve_mb: int = 0) -> None:
        self._folder = data / FOLDER
        self._reserve_mb = reserve_mb

    def keep(self, session: Session, case: SilentCase, chunk: Chunk, moment: datetime) -> bool:
        """Store a chunk, on disk before this returns; return False when the same chunk is already stored.

        Raises:
            NotFound: the file belongs to another case.
            Conflict: an earlier chunk is missing, or the final one has arrived.
            Invalid: the content differs from the first upload.
            TooLarge, DiskFull: a limit of size or disk space is reached.
        """
        row = session.get(SealedFile, chunk.file, with_for_update=True)
        if row is not None and row.case_id != case.id:
            raise NotFound
        if row is not None and chunk.index < row.chunks:
            if self.read(chunk.file, chunk.index) != chunk.content:
                raise Invalid([("/content", "changed")])
            return False
        if chunk.index != (row.chunks if row else 0) or (row is not None and row.complete):
            raise Conflict("out_of_order")
        if row is None:
            row = self._begin(session, case, chunk.file, moment)
        if row.bytes + len(chunk.content) > MOST_FILE_BYTES:
            raise TooLarge
        self._write(chunk)
        row.chunks, row.bytes = row.chunks + 1, row.bytes + len(chunk.content)
        row.complete = chunk.final
        return True

    def read(self, file_id: str, index: int) -> bytes:
        """Return a chunk, byte for byte.

        Raises:
            NotFound: there is no such chunk.
        """
        if not is_id(file_id) or index < 0:
            raise NotFound
        try:
            return (self._folder / file_id / str(index)).read_bytes()
        except FileNotFoundError:
            raise NotFound from None

    def destroy(self, file_id: str) -> None:
        """Delete all chunks of a file; without the wraps of its manifest they cannot be opened anyway."""
        if is_id(file_id):
            shutil.rmtree(self._folder / file_id, ignore_errors=True)

    def _begin(self, session: Session, case: SilentCase, file_id: str, moment: datetime) -> SealedFile:
        held = session.execute(
            select(func.count(), func.coalesce(func.sum(SealedFile.bytes), 0)).where(
                SealedFile.case_id == case.id
            )
        ).one()
        if held[0] >= MOST_FILES or held[1] >= MOST_CASE_BYTES:
            raise TooLarge
        row = SealedFile(id=file_id, case_id=case.id, at=moment, chunks=0, bytes=0, complete=False)
        session.add(row)
        return row

    def _write(self, chunk: Chunk) -> None:
        folder = self._folder / chunk.file
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_room_for_upload(folder, size=len(chunk.content), reserve_mb=self._reserve_mb)
        target, fresh = folder / str(chunk.index), folder / f"{chunk.index}.new"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as sink:
            sink.write(chunk.content)
            sink.flush()
            os.fsync(sink.fileno())
        fresh.replace(target)
        _sync(folder)
        _sync(self._folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
