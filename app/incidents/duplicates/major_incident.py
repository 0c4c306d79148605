"""Group incidents into a major incident with one lead and one board; linking changes none of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import now
from app.core.db import Base, Id, Key, Words
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.eventlog.log import lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.models import Incident
from app.notifications.wording import UNSPOKEN_KINDS

NAME_MAX: Final = 80
_MAY: Final = frozenset({"operator", "supervisor"})


class Major(Base):
    """A major incident and its lead."""

    __tablename__ = "major"
    id: Mapped[Key]
    name: Mapped[Words]
    lead_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Linked(Base):
    """An incident that is part of a major incident; of one at most."""

    __tablename__ = "major_incident"
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True)
    major_id: Mapped[Id] = mapped_column(ForeignKey("major.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


def declare_major(session: Session, actor: Actor, incident_id: str, name: str) -> Major:
    """Declare a major incident with its first part; the actor leads it.

    Raises:
        Forbidden, NotFound, Conflict: as for `link_major`.
        Invalid: no name, or a long one.
    """
    words = name.replace("\x00", "").strip()
    if not words or len(words) > NAME_MAX:
        raise Invalid([("/name", "too_long" if words else "missing")])
    _require_role(actor)
    lock_head(session)
    row = Major(id=new_id(), name=words, lead_id=actor.id, at=now(), ended_at=None)
    session.add(row)
    session.flush()
    _record_major_event(session, "declare_major", actor, major=row.id)
    link_major(session, actor, row.id, incident_id)
    return row


def link_major(session: Session, actor: Actor, major_id: str, incident_id: str) -> None:
    """Add an incident to a major incident.

    Raises:
        Forbidden: not for this role.
        NotFound: no such incident, or no such running major incident.
        Conflict: it is part of one already.
        Invalid: a kind that is kept apart.
    """
    _require_role(actor)
    lock_head(session)
    incident = session.get(Incident, incident_id, populate_existing=True)
    _running_major(session, major_id)
    if incident is None:
        raise NotFound
    if incident.kind in UNSPOKEN_KINDS:
        raise Invalid([("/incident", "kept_apart")])
    if session.get(Linked, incident_id, populate_existing=True) is not None:
        raise Conflict("linked_already", state=incident.state, version=incident.version)
    session.add(Linked(incident_id=incident_id, major_id=major_id, at=now()))
    session.flush()
    _record_major_event(session, "link_major", actor, incident_id, major=major_id)


def unlink_major(session: Session, actor: Actor, incident_id: str) -> str:
    """Remove an incident from its major incident; return the major incident's id.

    Raises:
        Forbidden: not for this role.
        NotFound: it is part of none.
    """
    _require_role(actor)
    lock_head(session)
    row = session.get(Linked, incident_id, populate_existing=True)
    if row is None:
        raise NotFound
    session.delete(row)
    session.flush()
    _record_major_event(session, "unlink_major", actor, incident_id, major=row.major_id)
    return row.major_id


def lead_major(session: Session, actor: Actor, major_id: str) -> None:
    """Make the actor the lead of a major incident."""
    _require_role(actor)
    lock_head(session)
    row = _running_major(session, major_id)
    was, row.lead_id = row.lead_id, actor.id
    session.flush()
    _record_major_event(session, "lead_major", actor, major=major_id, was=was)


def end_major(session: Session, actor: Actor, major_id: str) -> None:
    """End a major incident; its incidents continue and stay on its board."""
    _require_role(actor)
    lock_head(session)
    _running_major(session, major_id).ended_at = now()
    session.flush()
    _record_major_event(session, "end_major", actor, major=major_id)


def majors(session: Session) -> Sequence[Major]:
    """Return running major incidents, newest first, then ended ones; at most 30."""
    return session.scalars(
        select(Major).order_by(Major.ended_at.is_not(None), Major.at.desc()).limit(30)
    ).all()


def parts_of(session: Session, major_id: str) -> list[str]:
    """Return the ids of the incidents of a major incident."""
    query = select(Linked.incident_id).where(Linked.major_id == major_id)
    return list(session.scalars(query.order_by(Linked.at, Linked.incident_id)))


def major_of(session: Session, incident_id: str) -> Major | None:
    """Return the major incident that an incident is part of."""
    return session.scalars(
        select(Major).join(Linked, Linked.major_id == Major.id).where(Linked.incident_id == incident_id)
    ).first()


def _running_major(session: Session, major_id: str) -> Major:
    row = session.get(Major, major_id, populate_existing=True)
    if row is None or row.ended_at is not None:
        raise NotFound
    return row


def _record_major_event(
    session: Session, name: str, actor: Actor, incident_id: str | None = None, **data: Any
) -> None:
    record_event(session, actor, name, incident_id=incident_id, **data)


def _require_role(actor: Actor) -> None:
    if actor.role not in _MAY:
        raise Forbidden
