"""Store sealed items for keys of a published roster only.

Revoked keys get no wrap, and each envelope is stored once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import plain_insert
from app.core.errors import Conflict, Invalid, NotFound
from app.silent.crypto.envelope import Envelope
from app.silent.crypto.published_rosters import keys_of
from app.silent.crypto.signed_roster import key_id
from app.silent.models import SilentCase
from app.silent.sealed_models import CounsellorKey, PpaRoster, SealedFile, SealedItem, SealedWrap

MOST_ITEMS = 1000
"""Maximum items of a case; a conversation of months has fewer."""
_ITEM, _WRAP = map(plain_insert, (SealedItem, SealedWrap))
_UNREADABLE = [("/sealed", "unreadable")]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """Hold a new item before it is stored."""

    id: str
    purpose: str
    author: str
    at: datetime
    envelope: Envelope


def own_key(case: SilentCase) -> str | None:
    """Return the key id of the reporter's receipt."""
    return key_id(case.receipt_public) if case.receipt_public else None


def wraps_to_keep(session: Session, envelope: Envelope, own: str | None) -> dict[str, bytes] | None:
    """Return the wraps to store, None when the envelope is refused.

    It must be for keys of a published roster (and the reporter's receipt) alone. A key that was revoked since,
    because a phone still had the previous roster, gets no wrap.
    """
    roster = keys_of(session.get(PpaRoster, envelope.roster_version))
    if roster is None:
        return None
    known, sent = {member.id for member in roster.members}, set(envelope.wraps)
    if not sent & known or not sent <= known | {own}:
        return None
    revoked = set(
        session.scalars(
            select(CounsellorKey.key_id).where(
                CounsellorKey.key_id.in_(sent), CounsellorKey.revoked_at.is_not(None)
            )
        )
    )
    return {name: wrap for name, wrap in envelope.wraps.items() if name not in revoked}


def insert_item(session: Session, case_id: str, fresh: NewItem, wraps: dict[str, bytes]) -> None:
    """Insert an item and its wraps."""
    envelope = fresh.envelope
    item = {
        "id": fresh.id,
        "case_id": case_id,
        "purpose": fresh.purpose,
        "author": fresh.author,
        "at": fresh.at,
        "roster_version": envelope.roster_version,
        "header": envelope.header,
        "iv": envelope.iv,
        "body": envelope.body,
    }
    session.execute(_ITEM, item)
    rows = [{"sealed_id": fresh.id, "key_id": name, "wrap": wrap} for name, wrap in wraps.items()]
    if rows:
        session.execute(_WRAP, rows)


def keep_item(session: Session, case: SilentCase, fresh: NewItem) -> datetime | None:
    """Store an item sealed by the reporter; return the earlier time when it was stored before, None when it is new.

    Raises:
        Invalid: refused, replayed under another id, or the id belongs to another item; all are answered alike.
        Conflict: the case has reached its limit of items.
    """
    before = session.get(SealedItem, fresh.id)
    if before is not None:
        same = (before.case_id, before.purpose, before.iv, before.body)
        if same != (case.id, fresh.purpose, fresh.envelope.iv, fresh.envelope.body):
            raise Invalid(_UNREADABLE)
        return before.at
    items = select(SealedItem.id).where(SealedItem.case_id == case.id)
    if session.scalar(items.where(SealedItem.iv == fresh.envelope.iv).limit(1)):
        raise Invalid(_UNREADABLE)
    if (session.scalar(select(func.count()).select_from(items.subquery())) or 0) >= MOST_ITEMS:
        raise Conflict("full")
    wraps = wraps_to_keep(session, fresh.envelope, own_key(case))
    if wraps is None:
        raise Invalid(_UNREADABLE)
    if fresh.purpose == "manifest":
        _of_file(session, case, fresh.id)
    insert_item(session, case.id, fresh, wraps)
    if fresh.purpose == "manifest":
        _of_file(session, case, fresh.id).manifest_sealed_id = fresh.id
    return None


def _of_file(session: Session, case: SilentCase, file_id: str) -> SealedFile:
    """Return the file that a manifest describes; its chunks are uploaded first.

    Raises:
        NotFound: no such file in this case.
    """
    row = session.get(SealedFile, file_id)
    if row is None or row.case_id != case.id:
        raise NotFound
    return row


BOUND_TO_ITEM = ("chat", "identity", "manifest")
"""Purposes whose authenticated string includes the item id; for a manifest the id of its file."""


def context_of(purpose: str, item_id: str) -> str:
    """Return the purpose string that authenticates the envelope."""
    return f"{purpose}|{item_id}" if purpose in BOUND_TO_ITEM else purpose
