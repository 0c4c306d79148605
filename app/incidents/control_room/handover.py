"""Hand over a shift: open incidents and promises, signed by the outgoing and the incoming operator."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import now
from app.core.db import Base, Code, Id, Key, Words
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.eventlog.log import lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.control_room.shift_hours import read_shifts, shift_of
from app.incidents.control_room.shifts import MAY_WORK, pass_on
from app.incidents.models import Incident, Message, Note

WORDS_MAX: Final = 2_000
"""Maximum characters of the note, and of each promise."""
SHOWN: Final = 20
"""Handovers in the list."""


class Handover(Base):
    """One handover; `content` is immutable JSON, `digest` is the SHA-256 that both sign."""

    __tablename__ = "handover"
    id: Mapped[Key]
    shift: Mapped[Code]
    content: Mapped[Words]
    digest: Mapped[Words]
    given_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    given_at: Mapped[datetime] = mapped_column(index=True)
    taken_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Open:
    """An open incident with the last message to its reporters and the last internal note."""

    incident: Incident
    last_message: str
    noted: str


def open_now(session: Session) -> list[Open]:
    """Return the open incidents, the most urgent first."""
    incidents = session.scalars(
        select(Incident)
        .where(Incident.closed_at.is_(None))
        .order_by(Incident.priority, Incident.received_at, Incident.id)
    ).all()
    ids = [incident.id for incident in incidents]
    last_messages: dict[str, str] = {}
    query = select(Message).where(Message.incident_id.in_(ids), Message.sender == "operator")
    for message in session.scalars(query.order_by(Message.at)):
        last_messages[message.incident_id] = message.text
    last_notes: dict[str, str] = {}
    for note in session.scalars(select(Note).where(Note.incident_id.in_(ids)).order_by(Note.at)):
        last_notes[note.incident_id] = note.text
    return [
        Open(incident, last_messages.get(incident.id, ""), last_notes.get(incident.id, ""))
        for incident in incidents
    ]


def give_handover(session: Session, actor: Actor, *, note: str, promises: Mapping[str, str]) -> Handover:
    """Record the open incidents and sign the handover; `promises` are words by incident id.

    Raises:
        Forbidden: not for this role.
        Invalid: words that are too long.
        Conflict: the actor's last handover is not signed by the next operator yet.
    """
    _require_role(actor)
    words = {key: _clean(text, f"/promise/{key}") for key, text in promises.items()}
    handover_note = _clean(note, "/note")
    lock_head(session)
    waiting = session.scalars(
        select(Handover).where(Handover.given_by == actor.id, Handover.taken_by.is_(None))
    ).first()
    if waiting is not None:
        raise Conflict("handover_waits")
    moment = now()
    open_incidents = [
        {
            "id": item.incident.id,
            "day": item.incident.day,
            "number": item.incident.number,
            "kind": item.incident.kind,
            "state": item.incident.state,
            "priority": item.incident.priority,
            "simulation": item.incident.simulation,
            "received_at": item.incident.received_at.isoformat(),
            "lead": item.incident.lead,
            "promise": words.get(item.incident.id, ""),
        }
        for item in open_now(session)
    ]
    content = json.dumps({"note": handover_note, "open": open_incidents}, ensure_ascii=False, sort_keys=True)
    row = Handover(
        id=new_id(),
        shift=shift_of(moment, read_shifts(session)),
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        given_by=actor.id,
        given_at=moment,
        taken_by=None,
        taken_at=None,
    )
    session.add(row)
    _record_signature(session, row, actor, "give_handover", moment)
    return row


def take_handover(session: Session, actor: Actor, handover_id: str) -> Handover:
    """Sign a handover of another actor; that actor's shift ends and this actor's begins.

    Raises:
        Forbidden: not for this role, or the actor's own handover.
        NotFound: no such handover.
        Conflict: signed already.
    """
    _require_role(actor)
    lock_head(session)
    row = session.get(Handover, handover_id, populate_existing=True)
    if row is None:
        raise NotFound
    if row.given_by == actor.id:
        raise Forbidden("own_handover")
    if row.taken_by is not None:
        raise Conflict("handover_taken")
    moment = now()
    row.taken_by, row.taken_at = actor.id, moment
    pass_on(session, row.given_by, actor.id, moment)
    _record_signature(session, row, actor, "take_handover", moment)
    return row


def handovers(session: Session) -> Sequence[Handover]:
    """Return the last handovers, newest first."""
    return session.scalars(select(Handover).order_by(Handover.given_at.desc()).limit(SHOWN)).all()


def untaken(session: Session) -> Sequence[Handover]:
    """Return the handovers that wait for a signature, oldest first."""
    query = select(Handover).where(Handover.taken_by.is_(None)).order_by(Handover.given_at)
    return session.scalars(query.limit(SHOWN)).all()


def content_of(row: Handover) -> dict[str, Any]:
    """Return the content of a handover, with `unchanged`: whether it matches its digest."""
    content: dict[str, Any] = json.loads(row.content)
    return content | {"unchanged": hashlib.sha256(row.content.encode()).hexdigest() == row.digest}


def _record_signature(session: Session, row: Handover, actor: Actor, name: str, moment: datetime) -> None:
    session.flush()
    record_event(session, actor, name, at=moment, handover=row.id, digest=row.digest)


def _require_role(actor: Actor) -> None:
    if actor.role not in MAY_WORK:
        raise Forbidden("role")


def _clean(text: str, pointer: str) -> str:
    words = text.replace("\x00", "").strip()
    if len(words) > WORDS_MAX:
        raise Invalid([(pointer, "too_long")])
    return words
