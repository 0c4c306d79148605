"""List every move: source state, code, target state, permitted roles, and whether the reporter is notified. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

OPEN_STATES: Final = ("received", "opened", "forwarded", "accepted", "en_route", "on_scene")
FORWARDED_STATES: Final = ("forwarded", "accepted", "en_route", "on_scene")
LIVE_ASSIGNMENTS: Final = ("notified", "accepted", "en_route", "on_scene")
_DISPATCH: Final = ("operator", "supervisor")
_FIELD: Final = ("agency", "operator", "supervisor")
"""Roles that move assignments: an agency its own; dispatch records what an agency reports by voice."""
STATE_EVENTS: Final = {
    "open": "opened",
    "forward": "forwarded",
    "close": "closed",
    "accept": "accepted",
    "decline": "declined",
    "cancel": "cancelled",
}
"""Moves that are recorded as the state they lead to. Every other move is recorded under its own code."""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table."""

    source: str
    name: str
    """Code of the move, also in its function, address, form field, button and words."""
    target: str
    """Equal to `source` where the move changes something else than the state."""
    roles: tuple[str, ...]
    notifies_reporter: bool = False

    @property
    def event(self) -> str:
        """Return the name of the recorded event, also of its push, its progress step and their words."""
        return STATE_EVENTS.get(self.name, self.name)


INCIDENT_MOVES: Final = (
    Move("received", "open", "opened", _DISPATCH, notifies_reporter=True),
    Move("opened", "forward", "forwarded", _DISPATCH, notifies_reporter=True),
    *(Move(state, "forward", state, _DISPATCH, notifies_reporter=True) for state in FORWARDED_STATES),
    *(Move(state, "lead", state, _DISPATCH, notifies_reporter=True) for state in FORWARDED_STATES),
    *(Move(state, "close", "closed", _DISPATCH, notifies_reporter=True) for state in OPEN_STATES[1:]),
    *(Move(state, "send_over", state, _DISPATCH) for state in OPEN_STATES[1:]),
    *(Move(state, "hand_over", state, _DISPATCH, notifies_reporter=True) for state in OPEN_STATES[1:]),
    Move("closed", "reopen", "opened", _DISPATCH, notifies_reporter=True),
    *(Move(state, "set_kind", state, _DISPATCH) for state in OPEN_STATES),
    *(Move(state, "set_place", state, _DISPATCH) for state in OPEN_STATES),
    *(Move(state, "set_priority", state, _DISPATCH) for state in OPEN_STATES),
    *(Move(state, "merge", state, _DISPATCH) for state in OPEN_STATES),
    *(Move(state, "unmerge", state, _DISPATCH) for state in (*OPEN_STATES, "closed")),
    *(Move(state, "ask_still_ongoing", state, _DISPATCH) for state in OPEN_STATES),
    *(Move(state, "doubt", state, _DISPATCH) for state in OPEN_STATES),
    *(Move(state, "trust", state, _DISPATCH) for state in OPEN_STATES),
    *(Move(state, "note", state, _DISPATCH) for state in (*OPEN_STATES, "closed")),
)
ASSIGNMENT_MOVES: Final = (
    Move("notified", "accept", "accepted", _FIELD, notifies_reporter=True),
    *(Move(state, "decline", "declined", _FIELD) for state in ("notified", "accepted", "en_route")),
    Move("accepted", "en_route", "en_route", _FIELD, notifies_reporter=True),
    Move("en_route", "on_scene", "on_scene", _FIELD, notifies_reporter=True),
    *(Move(state, "done", "done", _FIELD) for state in ("accepted", "en_route", "on_scene")),
    *(Move(state, "cancel", "cancelled", _DISPATCH) for state in LIVE_ASSIGNMENTS),
)
REASSIGNING: Final = "reassigning"
"""Message shown to the reporter after every agency has declined."""

_INCIDENT: Final = {(move.source, move.name): move for move in INCIDENT_MOVES}
_ASSIGNMENT: Final = {(move.source, move.name): move for move in ASSIGNMENT_MOVES}


def incident_move(state: str, name: str) -> Move | None:
    """Return the move of an incident, or None."""
    return _INCIDENT.get((state, name))


def assignment_move(state: str, name: str) -> Move | None:
    """Return the move of an assignment, or None."""
    return _ASSIGNMENT.get((state, name))


def incident_moves(state: str, role: str) -> tuple[str, ...]:
    """Return the names of the moves that `role` may make on an incident in `state`."""
    return tuple(move.name for move in INCIDENT_MOVES if move.source == state and role in move.roles)


def assignment_moves(state: str, role: str) -> tuple[str, ...]:
    """Return the names of the moves that `role` may make on an assignment in `state`."""
    return tuple(move.name for move in ASSIGNMENT_MOVES if move.source == state and role in move.roles)


@dataclass(frozen=True, slots=True)
class Progress:
    """State of an assignment and, once it is done, the last state before that."""

    state: str
    reached: str = ""


def following(progress: Iterable[Progress]) -> str:
    """Return the incident state that follows from its assignments: the furthest one.

    Declined and cancelled assignments are ignored; without any other the incident returns to dispatch (`opened`).
    """
    reached = [
        entry.reached if entry.state == "done" else entry.state
        for entry in progress
        if entry.state not in {"declined", "cancelled"}
    ]
    ranks = [LIVE_ASSIGNMENTS.index(state) for state in reached]
    return FORWARDED_STATES[max(ranks)] if ranks else "opened"
