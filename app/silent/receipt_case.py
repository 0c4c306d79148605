"""Open a case by the reporter's receipt, show it, and change its contact rules.

A right and a wrong receipt run the same statements in the same order; only the result differs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database
from app.core.errors import Conflict, NotFound, SlowDown
from app.core.secrets import Secrets
from app.silent import receipt_throttle
from app.silent.case_log import NewLogEntry, append_log_entries, lock_case_log
from app.silent.crypto.envelope import for_reader
from app.silent.crypto.master_key import MasterKey
from app.silent.crypto.sealed_items import own_key
from app.silent.crypto.signed_roster import b64
from app.silent.dispatch_summary import Contact, DispatchSummary
from app.silent.encrypted_fields import encrypt_summary, store_summary, summary_of, with_master_key
from app.silent.models import CaseLogEntry, SilentCase
from app.silent.receipt_hash import lookup_hash, proof_hash
from app.silent.sealed_models import SealedItem, SealedWrap

NO_CASE_ID: Final = "00000000-0000-0000-0000-000000000000"
"""Case id used for a wrong receipt; no row has it."""
VIEWS: Final = ("viewed", "unsealed", "recovered")
MOST_VIEWS: Final = 100
MOST_ITEMS: Final = 40
OPENED_EVERY: Final = timedelta(minutes=15)
"""An open page polls every few seconds; this counts as one opening."""
RETRY_AFTER_S: Final = 60
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Claim:
    """Hold a submitted receipt: two secrets, and a keyed hash of the client address."""

    lookup: bytes
    proof: bytes
    address: str


@dataclass(frozen=True, slots=True)
class ReceiptCases:
    """Hold what the receipt endpoints work with."""

    database: Database
    secrets: Secrets
    master_key: MasterKey

    def with_case(self, claim: Claim, act: Callable[[Session, SilentCase], Result]) -> Result:
        """Run `act` on the case of a receipt, in one transaction.

        Raises:
            NotFound: no case has this receipt.
            SlowDown: the receipt is wrong, and too many before it were.
        """
        with self._claimed(claim) as (session, case):
            done = act(session, case) if case else None
        if case is None:
            raise NotFound
        return done  # type: ignore[return-value]

    def open(self, claim: Claim, *, before: str | None = None) -> dict[str, Any]:
        """Return the case of a receipt.

        Raises:
            NotFound, SlowDown: as `with_case`.
        """
        return with_master_key(self.master_key, lambda master_key: self._open(master_key, claim, before))

    def _open(self, master_key: MasterKey, claim: Claim, before: str | None) -> dict[str, Any]:
        with self._claimed(claim) as (session, case):
            decoy = _decoy(master_key)
            _note_opening(session, case)
            view = _case_view(session, master_key, case or decoy, before)
        if case is None:
            raise NotFound
        return view

    def change_contact(self, claim: Claim, contact: Contact) -> None:
        """Change how the reporter may be contacted.

        Raises:
            NotFound, SlowDown: as `with_case`.
            Conflict: the case is closed and its dispatch summary erased.
        """
        with_master_key(
            self.master_key,
            lambda master_key: self.with_case(
                claim, lambda session, case: change_contact(session, master_key, case, contact)
            ),
        )

    @contextmanager
    def _claimed(self, claim: Claim) -> Iterator[tuple[Session, SilentCase | None]]:
        """Yield a transaction with the case of a receipt, or with None for a wrong receipt, which is counted.

        It is checked before anything is written, so that a flood of guesses costs no write.
        """
        moment = now()
        with self.database.read() as session:
            self._judge(session, claim, moment)
        with self.database.write() as session:
            lock_case_log(session)
            case = self._judge(session, claim, moment)
            receipt_throttle.record_attempt(session, claim.address, moment, wrong=case is None)
            yield session, case

    def _judge(self, session: Session, claim: Claim, moment: datetime) -> SilentCase | None:
        """Return the case of a receipt, None for a wrong one.

        Raises:
            SlowDown: the receipt is wrong, and too many before it were.
        """
        over = receipt_throttle.is_over_limit(session, claim.address, moment)
        query = select(SilentCase).where(SilentCase.lookup_hash == lookup_hash(self.secrets, claim.lookup))
        case = session.scalars(query).first()
        wanted = (case.proof_hash if case else None) or "0" * 64
        if compare_digest(proof_hash(self.secrets, claim.proof), wanted) and case is not None:
            return case
        if over:
            raise SlowDown(retry_after_s=RETRY_AFTER_S)
        return None


def _decoy(master_key: MasterKey) -> SilentCase:
    """Return the placeholder case that a wrong receipt is processed with."""
    locked = encrypt_summary(master_key, NO_CASE_ID, 1, DispatchSummary())
    return SilentCase(
        id=NO_CASE_ID,
        key=NO_CASE_ID,
        state="received",
        received_at=now(),
        block_version=1,
        block_wrapped=locked.wrapped,
        block_content=locked.content,
        receipt_public=bytes(65),
    )


def change_contact(session: Session, master_key: MasterKey, case: SilentCase, contact: Contact) -> None:
    """Change how the reporter may be contacted.

    Raises:
        Conflict: the case is closed and its dispatch summary erased.
    """
    if case.block_wrapped is None:
        raise Conflict("closed")
    block = summary_of(master_key, case)
    store_summary(master_key, case, block.model_copy(update={"contact": contact}))
    record_case_event(session, case, "contact_changed", channel=contact.channel)


def record_case_event(session: Session, case: SilentCase, name: str, **data: object) -> None:
    """Append a case log entry of the reporter."""
    append_log_entries(
        session, NewLogEntry(name=name, at=now(), actor="reporter", case_id=case.id, data=data)
    )


def _note_opening(session: Session, case: SilentCase | None) -> None:
    """Log that the receipt opened the case, at most once in 15 minutes; a wrong receipt writes and rolls back."""
    moment = now()
    recent = session.scalar(
        select(CaseLogEntry.seq)
        .where(
            CaseLogEntry.case_id == (case.id if case else NO_CASE_ID),
            CaseLogEntry.name == "receipt_opened",
            CaseLogEntry.at > moment - OPENED_EVERY,
        )
        .limit(1)
    )
    with session.begin_nested() as point:
        entry = NewLogEntry(
            name="receipt_opened", at=moment, actor="reporter", case_id=case.id if case else None
        )
        append_log_entries(session, entry)
        if case is None or recent is not None:
            point.rollback()


def _case_view(
    session: Session, master_key: MasterKey, case: SilentCase, before: str | None
) -> dict[str, Any]:
    views = select(CaseLogEntry).where(CaseLogEntry.case_id == case.id, CaseLogEntry.name.in_(VIEWS))
    opened = session.scalar(select(func.count()).select_from(views.subquery())) or 0
    newest = session.scalars(views.order_by(CaseLogEntry.seq.desc()).limit(MOST_VIEWS)).all()
    items = _items(session, case, before)
    session.execute(
        update(SealedItem)
        .where(SealedItem.case_id == case.id, SealedItem.author != "reporter", SealedItem.seen_at.is_(None))
        .values(seen_at=now())
    )
    contact = summary_of(master_key, case).contact if case.block_wrapped else None
    return {
        "state": case.state,
        "received_at": case.received_at.isoformat(),
        "opened": opened,
        "views": [{"at": entry.at.isoformat(), "who": _who(entry)} for entry in newest],
        "items": items,
        "contact": contact.model_dump() if contact else None,
        "key": case.key,
    }


def _items(session: Session, case: SilentCase, before: str | None) -> list[dict[str, Any]]:
    """Return the items that the receipt opens, newest last; `before` pages back."""
    name = own_key(case) or ""
    query = (
        select(SealedItem, SealedWrap.wrap)
        .join(SealedWrap, (SealedWrap.sealed_id == SealedItem.id) & (SealedWrap.key_id == name))
        .where(SealedItem.case_id == case.id)
    )
    if before is not None:
        first = session.get(SealedItem, before)
        query = query.where(SealedItem.at < first.at) if first and first.case_id == case.id else query
    rows = session.execute(query.order_by(SealedItem.at.desc(), SealedItem.id.desc()).limit(MOST_ITEMS)).all()
    return [
        {
            "id": item.id,
            "purpose": item.purpose,
            "author": item.author,
            "at": item.at.isoformat(),
            "envelope": b64(for_reader(item.header, name, wrap, item.iv + item.body)),
        }
        for item, wrap in reversed(rows)
    ]


def _who(entry: CaseLogEntry) -> str:
    """Return the viewer kind of a view, never the person."""
    return "recovery" if entry.name == "recovered" else str(json.loads(entry.data).get("viewer", "staff"))
