"""Publish and read the signed rosters of this installation.

They are stored as signed, phones receive the newest, and none is accepted that a phone would refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.core.errors import Invalid
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.crypto.key_files import ROOT_PUBLIC, read_point
from app.silent.crypto.signed_roster import Roster, RosterKey, read_payload, read_roster, unb64
from app.silent.sealed_models import CounsellorKey, PpaRoster

FOLDER = "ppa"
RECOVERY = "recovery"
MOST_READERS = 24
"""Maximum keys of a roster: a report of 16 KiB holds its dispatch summary, its receipt and this many wraps."""


def root_file(data: Path, chosen: Path | None) -> Path:
    """Return the path of the root's public key: the configured path, or the data folder's."""
    return chosen or data / FOLDER / ROOT_PUBLIC


def read_root(file: Path) -> bytes | None:
    """Return the root's public point, None when the file holds no usable one."""
    try:
        return read_point(file.read_text("ascii"))
    except (OSError, UnicodeError, Invalid):
        return None


def newest(session: Session) -> PpaRoster | None:
    """Return the roster that phones receive."""
    return session.scalar(select(PpaRoster).order_by(PpaRoster.version.desc()).limit(1))


def keys_of(stored: PpaRoster | None) -> Roster | None:
    """Return the content of a stored roster; its signature was verified when it was published."""
    return None if stored is None else read_payload(unb64(stored.payload))


def next_version(session: Session) -> int:
    """Return the version of the next roster."""
    return (session.scalar(select(func.max(PpaRoster.version))) or 0) + 1


def counsellors(session: Session, *, not_after: datetime) -> list[tuple[str, RosterKey]]:
    """Return the eligible counsellors by name: cleared, of UPTD PPA, not disabled, with a key of their own."""
    rows = session.execute(
        select(Staff.name, CounsellorKey.public)
        .join(Staff, Staff.id == CounsellorKey.staff_id)
        .where(
            CounsellorKey.revoked_at.is_(None),
            Staff.disabled_at.is_(None),
            Staff.cleared,
            Staff.agency == "uptdppa",
        )
        .order_by(Staff.name, CounsellorKey.created_at)
    ).all()
    return [(row.name, RosterKey(row.public, "counsellor", not_after)) for row in rows]


def recovery_of(session: Session, *, not_after: datetime) -> RosterKey | None:
    """Return the recovery key of the previous roster, None when there is none."""
    before = keys_of(newest(session))
    held = [member for member in before.members if member.role == RECOVERY] if before else []
    return RosterKey(held[-1].public, RECOVERY, not_after) if held else None


def publish(session: Session, signed: Mapping[str, Any], root: bytes, *, moment: datetime) -> Roster:
    """Store a roster and deliver it to phones from now on.

    Raises:
        Invalid: unsigned, by another root, expired, not newer than the last, malformed, without a recovery key, or
            with more keys than a report has room for.
    """
    roster = read_roster(signed, root, last_seen=next_version(session), moment=moment)
    if not any(member.role == RECOVERY for member in roster.valid(moment)):
        raise Invalid([("/roster", "no_recovery_key")])
    if len(roster.members) > MOST_READERS:
        raise Invalid([("/roster", "too_many_keys")])
    session.add(
        PpaRoster(
            version=roster.version,
            payload=signed["payload"],
            signature=signed["signature"],
            published_at=moment,
        )
    )
    session.flush()
    append_log_entries(
        session,
        NewLogEntry(
            name="roster_published",
            at=moment,
            actor="system",
            data={"version": roster.version, "keys": [member.id for member in roster.members]},
        ),
    )
    return roster
