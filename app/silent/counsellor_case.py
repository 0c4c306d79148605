"""List, take, view and unseal the cases of a counsellor.

Each view and each unsealing is one entry of the case log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.core.errors import Conflict, NotFound
from app.core.ids import is_id
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.crypto.signed_roster import b64
from app.silent.models import CaseCounsellor, SilentCase
from app.silent.sealed_models import SealedFile, SealedItem, SealedWrap

BOUND_TO_ITEM = ("chat", "identity")
"""Purposes whose authenticated string includes the item id."""


@dataclass(frozen=True, slots=True)
class Counsellor:
    """Identify the acting staff member and the time of the action."""

    staff_id: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class CaseRow:
    """Describe one row of the case list: no word of the case, no place."""

    case: SilentCase
    counsellors: tuple[str, ...]
    own: bool
    unread: int
    """Sealed items of the reporter that no counsellor has opened; shown to the counsellors of the case alone."""


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """Describe a sealed item without its content; `keys` are the key ids it is wrapped for."""

    id: str
    purpose: str
    author: str
    at: datetime
    bound_to: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReaderEnvelope:
    """Hold an envelope for one reader: the wrap of this reader alone, and the header that authenticates the body."""

    item: SealedItem
    bound_to: str
    wrap: bytes

    def to_json(self) -> dict[str, object]:
        """Return the parts that the web worker of the counsellor's browser opens."""
        row = self.item
        parts = {"header": b64(row.header), "roster_version": row.roster_version, "iv": b64(row.iv)}
        parts |= {"body": b64(row.body), "wrap": b64(self.wrap)}
        return {"id": row.id, "purpose": self.bound_to, "parts": parts}


def case_rows(session: Session, staff_id: str) -> list[CaseRow]:
    """Return every open case and the own closed ones: open first, most urgent and longest waiting on top."""
    own = exists().where(CaseCounsellor.case_id == SilentCase.id, CaseCounsellor.staff_id == staff_id)
    query = (
        select(SilentCase)
        .where(or_(SilentCase.closed_at.is_(None), own))
        .order_by(SilentCase.closed_at.is_not(None), SilentCase.priority, SilentCase.received_at)
    )
    cases = session.scalars(query).all()
    takers: dict[str, list[tuple[str, str]]] = {}
    for case_id, taker, name in session.execute(
        select(CaseCounsellor.case_id, CaseCounsellor.staff_id, Staff.name)
        .join(Staff, Staff.id == CaseCounsellor.staff_id)
        .where(CaseCounsellor.case_id.in_([case.id for case in cases]))
        .order_by(CaseCounsellor.taken_at)
    ):
        takers.setdefault(case_id, []).append((taker, name))
    fresh = unread_items(session, staff_id)
    return [
        CaseRow(
            case,
            tuple(name for _, name in takers.get(case.id, [])),
            any(taker == staff_id for taker, _ in takers.get(case.id, [])),
            sum(of == case.id for of in fresh.values()),
        )
        for case in cases
    ]


def unread_items(session: Session, staff_id: str) -> dict[str, str]:
    """Return unread items that reporters added to this counsellor's cases: item id → case id."""
    query = (
        select(SealedItem.id, SealedItem.case_id)
        .join(CaseCounsellor, CaseCounsellor.case_id == SealedItem.case_id)
        .where(
            CaseCounsellor.staff_id == staff_id,
            SealedItem.author == "reporter",
            SealedItem.purpose.in_(("chat", "manifest", "identity")),
            SealedItem.seen_at.is_(None),
        )
    )
    return {row.id: row.case_id for row in session.execute(query)}


def is_taken(session: Session, staff_id: str, case_id: str) -> bool:
    """Return whether the staff member has taken the case."""
    return session.get(CaseCounsellor, (case_id, staff_id)) is not None


def take_case(session: Session, counsellor: Counsellor, case: SilentCase) -> None:
    """Assign the counsellor to a case; several counsellors may share one.

    Raises:
        Conflict: this counsellor has taken it already.
    """
    if is_taken(session, counsellor.staff_id, case.id):
        raise Conflict("already")
    session.add(CaseCounsellor(case_id=case.id, staff_id=counsellor.staff_id, taken_at=counsellor.moment))
    session.flush()
    record_case_event(session, counsellor, case.id, "taken")


def record_view(session: Session, counsellor: Counsellor, case: SilentCase) -> None:
    """Log that the counsellor views the page of a case: the dispatch summary and the access log."""
    record_case_event(session, counsellor, case.id, "viewed", viewer="counsellor")


def items_of(session: Session, case: SilentCase) -> list[ItemSummary]:
    """Return the sealed items of a case, oldest first."""
    found = session.scalars(
        select(SealedItem).where(SealedItem.case_id == case.id).order_by(SealedItem.at, SealedItem.id)
    ).all()
    keys: dict[str, set[str]] = {}
    for sealed_id, key in session.execute(
        select(SealedWrap.sealed_id, SealedWrap.key_id).where(
            SealedWrap.sealed_id.in_([item.id for item in found])
        )
    ):
        keys.setdefault(sealed_id, set()).add(key)
    files = files_of(session, case.id)
    return [
        ItemSummary(
            item.id,
            item.purpose,
            item.author,
            item.at,
            bound_to(item, files),
            frozenset(keys.get(item.id, ())),
        )
        for item in found
    ]


def unseal(
    session: Session, counsellor: Counsellor, case: SilentCase, *, key: str, items: Sequence[str]
) -> list[ReaderEnvelope]:
    """Return sealed items for the counsellor's key; each is logged as opened, whatever the browser does with it.

    Raises:
        NotFound: an item of another case, or one that is not wrapped for this key.
    """
    files = files_of(session, case.id)
    found = []
    for item_id in dict.fromkeys(items):
        item = session.get(SealedItem, item_id) if is_id(item_id) else None
        wrap = session.get(SealedWrap, (item_id, key)) if item is not None else None
        if item is None or item.case_id != case.id or wrap is None:
            raise NotFound
        found.append(ReaderEnvelope(item, bound_to(item, files), wrap.wrap))
        if item.author == "reporter":
            item.seen_at = item.seen_at or counsellor.moment
    append_log_entries(
        session,
        *(
            NewLogEntry(
                name="unsealed",
                at=counsellor.moment,
                actor="staff",
                actor_id=counsellor.staff_id,
                case_id=case.id,
                data={"item": parts.item.id, "purpose": parts.item.purpose, "viewer": "counsellor"},
            )
            for parts in found
        ),
    )
    return found


def bound_to(item: SealedItem, files: dict[str, str]) -> str:
    """Return the purpose string that authenticates the envelope."""
    if item.purpose == "manifest":
        return f"manifest|{files.get(item.id, item.id)}"
    return f"{item.purpose}|{item.id}" if item.purpose in BOUND_TO_ITEM else item.purpose


def record_case_event(
    session: Session, counsellor: Counsellor, case_id: str, name: str, **data: object
) -> None:
    """Append a case log entry of a staff member."""
    append_log_entries(
        session,
        NewLogEntry(
            name=name,
            at=counsellor.moment,
            actor="staff",
            actor_id=counsellor.staff_id,
            case_id=case_id,
            data=data,
        ),
    )


def files_of(session: Session, case_id: str) -> dict[str, str]:
    """Return the file id behind each manifest of a case."""
    rows = session.execute(
        select(SealedFile.manifest_sealed_id, SealedFile.id).where(
            SealedFile.case_id == case_id, SealedFile.manifest_sealed_id.is_not(None)
        )
    )
    return {row.manifest_sealed_id: row.id for row in rows}
