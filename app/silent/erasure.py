"""Erase a case by destroying its wraps: without them no copy of an envelope can be opened by anyone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app.core.db import Database
from app.silent.models import SilentCase
from app.silent.receipt_case import record_case_event
from app.silent.sealed_models import SealedFile, SealedItem, SealedWrap


def erase(session: Session, case: SilentCase, moment: datetime) -> list[str]:
    """Destroy the sealed items of a case and its text in clear; return the ids of files to delete.

    While the case is open the dispatch summary stays, for crews on the way; a closed case loses it too.
    """
    overwrite(session)
    items = select(SealedItem.id).where(SealedItem.case_id == case.id)
    wraps = session.execute(delete(SealedWrap).where(SealedWrap.sealed_id.in_(items)))
    gone = wraps.rowcount  # type: ignore[attr-defined]
    files = list(session.scalars(select(SealedFile.id).where(SealedFile.case_id == case.id)))
    session.execute(delete(SealedFile).where(SealedFile.case_id == case.id))
    session.execute(update(SealedItem).where(SealedItem.case_id == case.id).values(body=b"", iv=b""))
    case.words_wrapped = case.words_content = None
    if case.closed_at is not None:
        case.block_wrapped = case.block_content = None
        case.location_erased_at = case.location_erased_at or moment
    record_case_event(session, case, "erased", wraps=gone, files=len(files), block=case.closed_at is not None)
    return files


def overwrite(session: Session) -> None:
    """Make SQLite overwrite deleted rows of this transaction with zeros; in PostgreSQL the vacuum removes them."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))


def forget_log(database: Database) -> None:
    """Truncate SQLite's write-ahead log, which still holds old pages.

    A concurrent reader defers this to the next call.
    """
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
