"""Keep what crews report about a place for the next call there, such as a narrow alley or a hydrant.

Notes come from an ordinary assignment with a position. They describe places, never people. The
silent channel keeps none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import now
from app.core.db import Base, Code, Id, Key, Words, one_of
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.eventlog.log import lock_head, record_event
from app.geo.grid import cell_of, cells_around, metres
from app.incidents.actor import Actor
from app.incidents.models import Assignment, Incident
from app.notifications.wording import UNSPOKEN_AGENCIES, UNSPOKEN_KINDS

KNOWLEDGE: Final = (
    "narrow",
    "dead_end",
    "boat_only",
    "on_foot",
    "hydrant",
    "low_cable",
    "gate",
    "dog",
    "hazard",
    "other",
)
"""Kinds of crew note; `other` needs words."""
KEPT_DAYS: Final = (1, 30, 180, 365)
"""Permitted days until a note expires."""
NEAR_M: Final = 150.0
TEXT_MAX: Final = 200
_DISPATCH_ROLES: Final = frozenset({"operator", "supervisor"})


class CrewNote(Base):
    """A crew's note about a place."""

    __tablename__ = "crew_note"
    __table_args__ = (
        CheckConstraint(one_of("kind", KNOWLEDGE), name="kind"),
        Index("ix_crew_note_cell", "cell", "expires_at"),
    )
    id: Mapped[Key]
    kind: Mapped[Code]
    text: Mapped[Words]
    lat: Mapped[float]
    lon: Mapped[float]
    cell: Mapped[int] = mapped_column(BigInteger)
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.code"))
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    """Author of the last version."""
    written_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """Set to the moment of removal when removed early."""


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """A crew note to write: kind, text, and days until it expires."""

    kind: str
    text: str
    days: int


def near(
    session: Session, lat: float | None, lon: float | None, *, kind: str = ""
) -> Sequence[tuple[CrewNote, int]]:
    """Return crew notes within `NEAR_M` metres with their distance, nearest first; none for a sealed kind."""
    if lat is None or lon is None or kind in UNSPOKEN_KINDS:
        return []
    query = select(CrewNote).where(CrewNote.cell.in_(cells_around(lat, lon)), CrewNote.expires_at > now())
    found = [(row, metres(lat, lon, row.lat, row.lon)) for row in session.scalars(query)]
    return sorted(
        ((row, round(away)) for row, away in found if away <= NEAR_M), key=lambda pair: (pair[1], pair[0].id)
    )


def write(session: Session, actor: Actor, assignment_id: str, draft: NoteDraft) -> CrewNote:
    """Write a crew note at the place of the agency's own assignment.

    Raises:
        NotFound: no such assignment of this agency, or one whose place takes no notes.
        Invalid: names each invalid field.
    """
    words = _clean(draft)
    lock_head(session)
    own = session.get(Assignment, assignment_id)
    if own is None or actor.role != "agency" or own.agency != actor.agency:
        raise NotFound
    incident = session.get_one(Incident, own.incident_id)
    if not may_write(incident, own.agency) or incident.lat is None or incident.lon is None:
        raise NotFound
    moment = now()
    row = CrewNote(
        id=new_id(),
        kind=draft.kind,
        text=words,
        lat=incident.lat,
        lon=incident.lon,
        cell=cell_of(incident.lat, incident.lon),
        agency=own.agency,
        staff_id=actor.id,
        written_at=moment,
        expires_at=moment + timedelta(days=draft.days),
    )
    session.add(row)
    _record(session, actor, "crew_note_written", row, incident.id)
    return row


def change(session: Session, actor: Actor, note_id: str, draft: NoteDraft, *, incident_id: str) -> None:
    """Replace the text, kind and expiry of a crew note.

    Raises:
        NotFound: no such note, or another agency's.
        Forbidden: not for this role.
        Invalid: names each invalid field.
    """
    words = _clean(draft)
    row = _own(session, actor, note_id)
    row.kind, row.text, row.staff_id = draft.kind, words, actor.id
    row.expires_at = now() + timedelta(days=draft.days)
    _record(session, actor, "crew_note_changed", row, incident_id)


def remove(session: Session, actor: Actor, note_id: str, *, incident_id: str) -> None:
    """Expire a crew note now.

    Raises:
        NotFound: no such note, or another agency's.
        Forbidden: not for this role.
    """
    row = _own(session, actor, note_id)
    row.expires_at = now()
    _record(session, actor, "crew_note_removed", row, incident_id)


def may_write(incident: Incident, agency: str) -> bool:
    """Return whether crew notes may be kept about the place of an incident."""
    open_kind = incident.kind not in UNSPOKEN_KINDS and agency not in UNSPOKEN_AGENCIES
    return open_kind and incident.lat is not None


def may_change(actor: Actor, row: CrewNote) -> bool:
    """Return whether the actor may change or remove a crew note: dispatch, or its own agency."""
    return actor.role in _DISPATCH_ROLES or (actor.role == "agency" and actor.agency == row.agency)


def _own(session: Session, actor: Actor, note_id: str) -> CrewNote:
    lock_head(session)
    row = session.get(CrewNote, note_id, populate_existing=True)
    if row is None or row.expires_at <= now():
        raise NotFound
    if not may_change(actor, row):
        raise NotFound if actor.role == "agency" else Forbidden("role")
    return row


def _clean(draft: NoteDraft) -> str:
    words = " ".join(draft.text.replace("\x00", "").split())
    checks = (
        ("/kind", "unknown", draft.kind not in KNOWLEDGE),
        ("/text", "missing", draft.kind == "other" and not words),
        ("/text", "crew_too_long", len(words) > TEXT_MAX),
        ("/days", "unknown", draft.days not in KEPT_DAYS),
    )
    faults = [(pointer, code) for pointer, code, wrong in checks if wrong]
    if faults:
        raise Invalid(faults)
    return words


def _record(session: Session, actor: Actor, name: str, row: CrewNote, incident_id: str) -> None:
    session.flush()
    record_event(session, actor, name, incident_id=incident_id, note=row.id, kind=row.kind, agency=row.agency)
