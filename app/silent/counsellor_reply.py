"""Store what a counsellor adds to a case: replies sealed in the browser, and wraps for a colleague."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import is_id
from app.silent.case_log import lock_case_log
from app.silent.counsellor_case import Counsellor, ReaderEnvelope, bound_to, files_of, record_case_event
from app.silent.crypto.counsellor_keys import colleagues
from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.published_rosters import keys_of, newest
from app.silent.crypto.signed_roster import key_id
from app.silent.models import SilentCase
from app.silent.sealed_models import CounsellorKey, SealedItem, SealedWrap

WRAP_BYTES = 113
"""HPKE's `enc` (65) and the wrapped content key (32 + 16)."""


def store_reply(
    session: Session, counsellor: Counsellor, case: SilentCase, *, item_id: str, sealed: str
) -> bool:
    """Store a reply; return False when the same reply was stored before. A key revoked meanwhile gets no wrap.

    Raises:
        Invalid: unreadable, of an old roster, not for the receipt, or for a key that was never published.
        Conflict: the id belongs to another item.
    """
    if not is_id(item_id):
        raise Invalid([("/id", "unknown")])
    envelope = read_envelope(sealed)
    lock_case_log(session)
    before = session.get(SealedItem, item_id)
    if before is not None:
        if (before.case_id, before.iv, before.body) != (case.id, envelope.iv, envelope.body):
            raise Conflict("id_taken")
        return False
    stored = newest(session)
    roster = keys_of(stored)
    if roster is None or roster.version != envelope.roster_version:
        raise Invalid([("/sealed", "old_roster")])
    receipt = {key_id(case.receipt_public)} if case.receipt_public else set()
    names = set(envelope.wraps)
    gone = select(CounsellorKey.key_id).where(
        CounsellorKey.key_id.in_(names), CounsellorKey.revoked_at.is_not(None)
    )
    kept = names - set(session.scalars(gone))
    if not (kept and receipt <= names <= receipt | {member.id for member in roster.members}):
        raise Invalid([("/sealed", "unknown_key")])
    session.add(
        SealedItem(
            id=item_id,
            case_id=case.id,
            purpose="chat",
            author="counsellor",
            at=counsellor.moment,
            roster_version=envelope.roster_version,
            header=envelope.header,
            iv=envelope.iv,
            body=envelope.body,
        )
    )
    session.flush()
    session.execute(
        insert(SealedWrap),
        [{"sealed_id": item_id, "key_id": name, "wrap": envelope.wraps[name]} for name in sorted(kept)],
    )
    record_case_event(session, counsellor, case.id, "answered", item=item_id)
    return True


def items_to_wrap(session: Session, case: SilentCase, *, key: str, to: str) -> list[ReaderEnvelope]:
    """Return the items that the own key opens and the other key does not, without their bodies."""
    own, other = aliased(SealedWrap), aliased(SealedWrap)
    query = (
        select(SealedItem, own.wrap)
        .join(own, (own.sealed_id == SealedItem.id) & (own.key_id == key))
        .outerjoin(other, (other.sealed_id == SealedItem.id) & (other.key_id == to))
        .where(SealedItem.case_id == case.id, other.sealed_id.is_(None))
        .order_by(SealedItem.at, SealedItem.id)
    )
    files = files_of(session, case.id)
    return [ReaderEnvelope(item, bound_to(item, files), wrap) for item, wrap in session.execute(query)]


def store_shared_wraps(  # noqa: PLR0913
    session: Session,
    counsellor: Counsellor,
    case: SilentCase,
    *,
    key: str,
    to: str,
    wraps: Mapping[str, bytes],
) -> int:
    """Store wraps that the counsellor's browser made for a colleague; return how many.

    Raises:
        Invalid: not the size of a wrap.
        NotFound: a key that the newest roster does not list as a colleague's, or an item that the own key cannot open.
    """
    lock_case_log(session)
    roster = keys_of(newest(session))
    rostered = {member.id for member in roster.valid(counsellor.moment)} if roster else set()
    if to not in {colleague.key_id for colleague in colleagues(session, counsellor.staff_id, rostered)}:
        raise NotFound
    if any(len(wrap) != WRAP_BYTES for wrap in wraps.values()):
        raise Invalid([("/wraps", "unreadable")])
    missing = {parts.item.id for parts in items_to_wrap(session, case, key=key, to=to)}
    if not set(wraps) <= missing:
        raise NotFound
    if wraps:
        session.execute(
            insert(SealedWrap),
            [{"sealed_id": item, "key_id": to, "wrap": wrap} for item, wrap in wraps.items()],
        )
        record_case_event(session, counsellor, case.id, "shared", to=to, items=len(wraps))
    return len(wraps)
