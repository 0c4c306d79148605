"""Attachments as ciphertext in pieces, each a file of its own; the server never decodes one.

`<data>/sealed/<file id>/<number>`. What a piece is, how many there are and which is the last was sealed with it
(AES-GCM's additional data), so a piece that is moved, changed or left out is noticed where it is opened.
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

PIECE_BYTES: Final = 256 * 1024 + 16
MOST_FILE_BYTES: Final = 64 * 1024 * 1024
MOST_FILES: Final = 100
MOST_CASE_BYTES: Final = 512 * 1024 * 1024
FOLDER: Final = "sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece as it came."""

    file: str
    index: int
    final: bool
    content: bytes


class Pieces:
    """The folder of all pieces."""

    def __init__(self, data: Path, reserve_mb: int = 0) -> None:
        self._folder = data / FOLDER
        self._reserve_mb = reserve_mb

    def keep(self, session: Session, case: SilentCase, piece: Piece, moment: datetime) -> bool:
        """Keep a piece, on disk before this returns; False when the same one is here already.

        Raises:
            NotFound: the file is another case's.
            Conflict: a piece before it is missing, or the last one has come.
            Invalid: another content than the first time.
            TooLarge, DiskFull: too much.
        """
        row = session.get(SealedFile, piece.file, with_for_update=True)
        if row is not None and row.case_id != case.id:
            raise NotFound
        if row is not None and piece.index < row.chunks:
            if self.read(piece.file, piece.index) != piece.content:
                raise Invalid([("/content", "changed")])
            return False
        if piece.index != (row.chunks if row else 0) or (row is not None and row.complete):
            raise Conflict("out_of_order")
        if row is None:
            row = self._begin(session, case, piece.file, moment)
        if row.bytes + len(piece.content) > MOST_FILE_BYTES:
            raise TooLarge
        self._write(piece)
        row.chunks, row.bytes = row.chunks + 1, row.bytes + len(piece.content)
        row.complete = piece.final
        return True

    def read(self, file_id: str, index: int) -> bytes:
        """Return a piece, byte for byte.

        Raises:
            NotFound: there is none.
        """
        if not is_id(file_id) or index < 0:
            raise NotFound
        try:
            return (self._folder / file_id / str(index)).read_bytes()
        except FileNotFoundError:
            raise NotFound from None

    def destroy(self, file_id: str) -> None:
        """Remove all pieces of a file; without their manifest's wraps they open for nobody anyway."""
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

    def _write(self, piece: Piece) -> None:
        folder = self._folder / piece.file
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_room_for_upload(folder, size=len(piece.content), reserve_mb=self._reserve_mb)
        target, fresh = folder / str(piece.index), folder / f"{piece.index}.new"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as sink:
            sink.write(piece.content)
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
