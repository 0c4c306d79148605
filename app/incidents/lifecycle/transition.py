"""Apply one state transition: lock, check version, update, append the event, queue notifications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.models import Event
from app.eventlog.log import lock_head, record_event
from app.incidents.actor import Actor, names_of
from app.incidents.lifecycle.notify import queue_notifications
from app.incidents.lifecycle.transitions import Move, assignment_move, incident_move
from app.incidents.models import Assignment, Incident
from app.incidents.queue.viewers import LOOKED


@dataclass(frozen=True, slots=True)
class TransitionResult:
    """Result of a transition: event number, and the incident's new version and state."""

    seq: int
    incident_id: str
    version: int
    state: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A permitted transition in progress; the event log is locked and the incident row is fresh."""

    session: Session
    actor: Actor
    incident: Incident
    move: Move
    at: datetime


def begin_incident_move(
    session: Session, actor: Actor, incident_id: str, name: str, *, version: int | None
) -> Transition:
    """Lock the log and check a move of an incident; `version` is None for moves that only add.

    Raises:
        NotFound: no such incident.
        Forbidden: not for this role.
        Conflict: the incident changed first; `extra` holds `who`, `at` and `what`.
    """
    lock_head(session)
    incident = session.get(Incident, incident_id, populate_existing=True)
    if incident is None:
        raise NotFound
    move = incident_move(incident.state, name)
    if move is None or (version is not None and version != incident.version):
        raise conflict(session, incident)
    _require_role(actor, move)
    return Transition(session, actor, incident, move, now())


def begin_assignment_move(
    session: Session, actor: Actor, assignment_id: str, name: str, *, version: int
) -> tuple[Transition, Assignment]:
    """Lock the log and check a move of an assignment; another agency's assignment raises `NotFound`.

    Raises:
        NotFound: no such assignment for this actor.
        Forbidden: not for this role.
        Conflict: the incident changed first; `extra` holds `who`, `at` and `what`.
    """
    lock_head(session)
    assignment = session.get(Assignment, assignment_id, populate_existing=True)
    if assignment is None or (actor.role == "agency" and actor.agency != assignment.agency):
        raise NotFound
    incident = session.get_one(Incident, assignment.incident_id, populate_existing=True)
    move = assignment_move(assignment.state, name)
    if move is None or version != assignment.version:
        raise conflict(session, incident)
    _require_role(actor, move)
    return Transition(session, actor, incident, move, now()), assignment


def finish(
    transition: Transition, data: Mapping[str, Any] | None = None, *, reporter_message: str | None = None
) -> TransitionResult:
    """Finish a move: increment the version, append its event and queue notifications.

    The caller has changed the rows. `reporter_message` replaces the wording of the move.
    """
    incident = transition.incident
    incident.version += 1
    transition.session.flush()
    wording = reporter_message or (transition.move.event if transition.move.notifies_reporter else None)
    recorded = record_event(
        transition.session,
        transition.actor,
        transition.move.event,
        at=transition.at,
        incident_id=incident.id,
        **(data or {}),
        state=incident.state,
        version=incident.version,
        reporter_message=wording,
    )
    seq = recorded.seq
    queue_notifications(transition.session, recorded)
    return TransitionResult(seq, incident.id, incident.version, incident.state)


def conflict(session: Session, incident: Incident) -> Conflict:
    """Return the Conflict that names the last actor, the time and the event."""
    last = session.scalars(
        select(Event)
        .where(Event.incident_id == incident.id, Event.actor == "staff", Event.name != LOOKED)
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    if last is None:
        return Conflict(state=incident.state, version=incident.version)
    return Conflict(
        who=names_of(session, [last.actor_id]).get(last.actor_id or "", ""),
        at=last.at.isoformat(),
        what=last.name,
        state=incident.state,
        version=incident.version,
    )


def _require_role(actor: Actor, move: Move) -> None:
    if actor.role not in move.roles:
        raise Forbidden
