"""Change an agency's assignment and update the incident to the furthest state of its assignments."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.incidents.actor import Actor
from app.incidents.lifecycle.commands import NOTE_MAX, assignments_of
from app.incidents.lifecycle.transition import Transition, TransitionResult, begin_assignment_move, finish
from app.incidents.lifecycle.transitions import FORWARDED_STATES, REASSIGNING, Progress, following
from app.incidents.models import DECLINE_REASONS, Assignment

_STAMPS = {"accepted": "accepted_at", "en_route": "en_route_at", "on_scene": "on_scene_at"}
_ENDED = ("declined", "done", "cancelled")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Reason an agency declines: a code, and a note for dispatch."""

    reason: str
    note: str = ""

    def checked(self) -> Refusal:
        """Return the refusal with surrounding blanks removed.

        Raises:
            Invalid: no such reason, or a note that is too long.
        """
        note = self.note.replace("\x00", "").strip()
        faults = [] if self.reason in DECLINE_REASONS else [("/reason", "unknown")]
        faults += [("/note", "too_long")] if len(note) > NOTE_MAX else []
        if faults:
            raise Invalid(faults)
        return Refusal(self.reason, note)


def accept(session: Session, actor: Actor, assignment_id: str, *, version: int) -> TransitionResult:
    """Accept an assignment."""
    return _move(session, actor, assignment_id, "accept", version=version)


def decline(
    session: Session, actor: Actor, assignment_id: str, *, version: int, why: Refusal
) -> TransitionResult:
    """Decline an assignment with a reason; the last decline returns the incident to dispatch.

    Raises:
        Invalid: no such reason, or a note that is too long.
    """
    why = why.checked()
    transition, row = begin_assignment_move(session, actor, assignment_id, "decline", version=version)
    row.reason, row.note = why.reason, why.note or None
    return _apply(transition, row, reason=why.reason)


def en_route(session: Session, actor: Actor, assignment_id: str, *, version: int) -> TransitionResult:
    """Record that a unit is on its way."""
    return _move(session, actor, assignment_id, "en_route", version=version)


def on_scene(session: Session, actor: Actor, assignment_id: str, *, version: int) -> TransitionResult:
    """Record that a unit has arrived."""
    return _move(session, actor, assignment_id, "on_scene", version=version)


def done(session: Session, actor: Actor, assignment_id: str, *, version: int) -> TransitionResult:
    """Record that the agency has finished; dispatch closes the incident."""
    return _move(session, actor, assignment_id, "done", version=version)


def cancel(session: Session, actor: Actor, assignment_id: str, *, version: int) -> TransitionResult:
    """Cancel an agency's assignment."""
    return _move(session, actor, assignment_id, "cancel", version=version)


MOVES = {"accept": accept, "en_route": en_route, "on_scene": on_scene, "done": done, "cancel": cancel}
"""Moves without further input; `decline` also needs a reason."""


def _move(session: Session, actor: Actor, assignment_id: str, name: str, *, version: int) -> TransitionResult:
    transition, row = begin_assignment_move(session, actor, assignment_id, name, version=version)
    return _apply(transition, row)


def _apply(transition: Transition, row: Assignment, **data: str) -> TransitionResult:
    before = transition.incident.state
    row.state = transition.move.target
    row.version += 1
    if row.state in _STAMPS:
        setattr(row, _STAMPS[row.state], transition.at)
    if row.state in _ENDED:
        row.ended_at = transition.at
    transition.session.flush()
    _update_incident(transition)
    returned = transition.incident.state == "opened" and before in FORWARDED_STATES
    data |= {"agency": row.agency, "assignment": row.id}
    return finish(transition, data, reporter_message=REASSIGNING if returned else None)


def _update_incident(transition: Transition) -> None:
    incident = transition.incident
    since = incident.opened_at
    current = [
        row
        for row in assignments_of(transition.session, incident.id)
        # reopening starts again; assignments of a merged incident may be older and still count
        if since is None or row.ended_at is None or row.ended_at >= since
    ]
    incident.state = following(Progress(row.state, _reached(row)) for row in current)
    stamp = _STAMPS.get(incident.state)
    if stamp and getattr(incident, stamp) is None:
        setattr(incident, stamp, transition.at)
    if incident.state == "opened":
        incident.lead = None
        incident.accepted_at = incident.en_route_at = incident.on_scene_at = None


def _reached(row: Assignment) -> str:
    """Return the last state an assignment had before it ended, derived from its timestamps."""
    for state in reversed(tuple(_STAMPS)):
        if getattr(row, _STAMPS[state]) is not None:
            return state
    return "notified"
