"""Rotate the master key: rewrap every data key and leave the encrypted fields unchanged."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database
from app.core.errors import NotFound
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.crypto.key_files import write_private_file
from app.silent.crypto.master_key import OLDER, EncryptedField, MasterKey, field_binding, rewrap
from app.silent.encrypted_fields import WORDS_VERSION
from app.silent.models import SilentCase

_AT_ONCE = 200


@dataclass(slots=True)
class RotationCounts:
    """Count fields under the newest key (`right`), rewrapped ones, and those that no known key opens (`failed`)."""

    right: int = 0
    rewrapped: int = 0
    failed: int = 0


def begin_rotation(file: Path) -> None:
    """Replace the key in `file` with a new one and keep the old key beside it; resume an interrupted rotation.

    A concurrent reader finds the old key, or the new one with the old beside it.
    """
    older, fresh = file.with_name(file.name + OLDER), file.with_name(file.name + ".new")
    if older.exists():
        return
    fresh.unlink(missing_ok=True)
    write_private_file(fresh, os.urandom(32))
    write_private_file(older, file.read_bytes())
    fresh.replace(file)


def end_rotation(file: Path) -> None:
    """Destroy the previous key."""
    older = file.with_name(file.name + OLDER)
    with older.open("r+b") as sink:
        sink.write(bytes(32))
        sink.flush()
        os.fsync(sink.fileno())
    older.unlink()


def rewrap_data_keys(
    database: Database, master_key: MasterKey, newest: MasterKey, *, dry_run: bool = False
) -> RotationCounts:
    """Rewrap every data key under the newest key; safe while the system runs, and safe to repeat."""
    counts = RotationCounts()
    with database.read() as session:
        held = or_(SilentCase.block_wrapped.is_not(None), SilentCase.words_wrapped.is_not(None))
        ids = list(session.scalars(select(SilentCase.id).where(held).order_by(SilentCase.id)))
    for start in range(0, len(ids), _AT_ONCE):
        with database.write() as session:
            for case in _cases(session, ids[start : start + _AT_ONCE]):
                for name, version in (("block", case.block_version), ("words", WORDS_VERSION)):
                    _rewrap_field(
                        case, name, field_binding(case.id, name, version), master_key, newest, counts, dry_run
                    )
            if dry_run:
                session.expire_all()
    if counts.rewrapped and not dry_run:
        with database.write() as session:
            entry = NewLogEntry(
                name="outer_rotated", at=now(), actor="system", data={"fields": counts.rewrapped}
            )
            append_log_entries(session, entry)
    return counts


def _cases(session: Session, ids: list[str]) -> Iterator[SilentCase]:
    yield from session.scalars(select(SilentCase).where(SilentCase.id.in_(ids)).with_for_update())


def _rewrap_field(  # noqa: PLR0913, PLR0917
    case: SilentCase,
    name: str,
    binding: bytes,
    master_key: MasterKey,
    newest: MasterKey,
    counts: RotationCounts,
    dry_run: bool,  # noqa: FBT001
) -> None:
    wrapped: bytes | None = getattr(case, f"{name}_wrapped")
    content: bytes | None = getattr(case, f"{name}_content")
    if wrapped is None or content is None:
        return
    try:
        newest.unwrap(wrapped, binding)
    except NotFound:
        pass
    else:
        counts.right += 1
        return
    try:
        fresh = rewrap(master_key, EncryptedField(wrapped, content), binding)
    except NotFound:
        counts.failed += 1
        return
    counts.rewrapped += 1
    if not dry_run:
        setattr(case, f"{name}_wrapped", fresh.wrapped)
