"""Wrap content keys for readers added later, with a private key that opens them (recovery or counsellor).

The web process never does this. A wrap is bound to the roster version of its item, so a new wrap uses the same
version.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.crypto.hpke_envelope import HPKE, Context
from app.silent.crypto.sealed_items import context_of
from app.silent.crypto.signed_roster import RosterKey, key_id, point
from app.silent.erasure import overwrite
from app.silent.models import CaseCounsellor, SilentCase
from app.silent.sealed_models import CounsellorKey, SealedItem, SealedWrap


@dataclass(frozen=True, slots=True)
class ReaderWrap:
    """Hold the wrap of an item for one reader, its context, and the key ids that already have a wrap."""

    id: str
    case_id: str
    context: Context
    roster_version: int
    wrap: bytes
    held: frozenset[str]


def reader_wraps(session: Session, reader: str, *, closed_too: bool = False) -> list[ReaderWrap]:
    """Return the items that a reader's key opens, of open cases only unless `closed_too`."""
    query = (
        select(
            SealedItem.id,
            SealedItem.case_id,
            SealedItem.purpose,
            SealedItem.roster_version,
            SilentCase.key,
            SealedWrap.wrap,
        )
        .join(SealedWrap, SealedWrap.sealed_id == SealedItem.id)
        .join(SilentCase, SilentCase.id == SealedItem.case_id)
        .where(SealedWrap.key_id == reader)
        .order_by(SealedItem.case_id, SealedItem.at)
    )
    if not closed_too:
        query = query.where(SilentCase.closed_at.is_(None))
    held: dict[str, set[str]] = {}
    for item, name in session.execute(select(SealedWrap.sealed_id, SealedWrap.key_id)):
        held.setdefault(item, set()).add(name)
    return [
        ReaderWrap(
            row.id,
            row.case_id,
            Context(row.key, context_of(row.purpose, row.id)),
            row.roster_version,
            row.wrap,
            frozenset(held[row.id]),
        )
        for row in session.execute(query)
    ]


def content_key(sealed: ReaderWrap, private: EllipticCurvePrivateKey) -> bytes | None:
    """Return the content key of an item, None when this key does not open it."""
    name = key_id(point(private.public_key()))
    try:
        return HPKE.decrypt(sealed.wrap, private, sealed.context.wrap_info(sealed.roster_version, name))
    except (InvalidTag, ValueError):
        return None


def rewrap(
    sealed: Iterable[ReaderWrap], private: EllipticCurvePrivateKey, to: Sequence[RosterKey]
) -> tuple[list[dict[str, object]], int]:
    """Return the missing wraps for `to`, and the number of items that did not open."""
    publics = {
        member.id: EllipticCurvePublicKey.from_encoded_point(SECP256R1(), member.public) for member in to
    }
    rows: list[dict[str, object]] = []
    failed = 0
    for item in sealed:
        wanted = publics.keys() - item.held
        if not wanted:
            continue
        key = content_key(item, private)
        if key is None:
            failed += 1
            continue
        rows += [
            {
                "sealed_id": item.id,
                "key_id": name,
                "wrap": HPKE.encrypt(key, publics[name], item.context.wrap_info(item.roster_version, name)),
            }
            for name in wanted
        ]
    return rows, failed


def keep_wraps(
    session: Session, rows: Sequence[dict[str, object]], sealed: Iterable[ReaderWrap], by: str
) -> None:
    """Store new wraps and log for each case which key made them."""
    if not rows:
        return
    session.execute(insert(SealedWrap), list(rows))
    cases = {item.id: item.case_id for item in sealed}
    counted: dict[str, int] = {}
    for row in rows:
        case_id = cases[str(row["sealed_id"])]
        counted[case_id] = counted.get(case_id, 0) + 1
    append_log_entries(
        session,
        *(
            NewLogEntry(
                name="rewrapped", at=now(), actor="system", case_id=case_id, data={"by": by, "wraps": count}
            )
            for case_id, count in counted.items()
        ),
    )


def keys_of_staff(session: Session, staff_id: str) -> list[str]:
    """Return the ids of all keys that a staff member ever made."""
    return list(session.scalars(select(CounsellorKey.key_id).where(CounsellorKey.staff_id == staff_id)))


def count_last_reader_items(session: Session, names: Sequence[str]) -> int:
    """Return the number of items that would lose their last roster reader without these keys."""
    own = select(SilentCase.id, SilentCase.receipt_public).where(SilentCase.receipt_public.is_not(None))
    receipts = {key_id(row.receipt_public) for row in session.execute(own)}
    theirs = select(SealedWrap.sealed_id).where(SealedWrap.key_id.in_(names))
    others: dict[str, bool] = {}
    for item, name in session.execute(
        select(SealedWrap.sealed_id, SealedWrap.key_id).where(SealedWrap.sealed_id.in_(theirs))
    ):
        others[item] = others.get(item, False) or not (name in names or name in receipts)
    return sum(not other for other in others.values())


def count_wraps(session: Session, names: Sequence[str]) -> int:
    """Return the number of wraps for these keys."""
    query = select(func.count()).select_from(SealedWrap).where(SealedWrap.key_id.in_(names))
    return session.scalar(query) or 0


def destroy_keys(session: Session, staff_id: str) -> int:
    """Revoke the keys of a staff member, destroy their wraps, unassign their cases; return the number of wraps."""
    overwrite(session)
    names, moment = keys_of_staff(session, staff_id), now()
    for row in session.scalars(select(CounsellorKey).where(CounsellorKey.staff_id == staff_id)):
        row.revoked_at = row.revoked_at or moment
    destroyed = count_wraps(session, names)
    session.execute(delete(SealedWrap).where(SealedWrap.key_id.in_(names)))
    session.execute(delete(CaseCounsellor).where(CaseCounsellor.staff_id == staff_id))
    entry = NewLogEntry(
        name="keys_revoked",
        at=moment,
        actor="system",
        data={"staff": staff_id, "keys": names, "wraps": destroyed},
    )
    append_log_entries(session, entry)
    return destroyed
