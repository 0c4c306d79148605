"""List every move: source state, target state, permitted roles, event and reporter message. Pure."""

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


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table."""

    source: str
    name: str
    target: str
    """Equal to `source` where the move changes something else than the state."""
    roles: tuple[str, ...]
    event: str
    reporter_message: str | None = None
    """Code of the push to the reporter; None: no push."""


INCIDENT_MOVES: Final = (
    Move("received", "open", "opened", _DISPATCH, "opened", "opened"),
    Move("opened", "forward", "forwarded", _DISPATCH, "forwarded", "forwarded"),
    *(Move(state, "forward", state, _DISPATCH, "forwarded", "forwarded") for state in FORWARDED_STATES),
    *(Move(state, "lead", state, _DISPATCH, "lead_changed", "lead_changed") for state in FORWARDED_STATES),
    *(Move(state, "close", "closed", _DISPATCH, "closed", "closed") for state in OPEN_STATES[1:]),
    *(Move(state, "send_over", state, _DISPATCH, "sent_over") for state in OPEN_STATES[1:]),
    *(Move(state, "hand_over", state, _DISPATCH, "handed_over", "handed_over") for state in OPEN_STATES[1:]),
    Move("closed", "reopen", "opened", _DISPATCH, "reopened", "reopened"),
    *(Move(state, "set_kind", state, _DISPATCH, "kind_changed") for state in OPEN_STATES),
    *(Move(state, "set_place", state, _DISPATCH, "place_set") for state in OPEN_STATES),
    *(Move(state, "set_priority", state, _DISPATCH, "priority_changed") for state in OPEN_STATES),
    *(Move(state, "merge", state, _DISPATCH, "absorbed") for state in OPEN_STATES),
    *(Move(state, "ask", state, _DISPATCH, "still_asked") for state in OPEN_STATES),
    *(Move(state, "unmerge", state, _DISPATCH, "released") for state in (*OPEN_STATES, "closed")),
    *(Move(state, "doubt", state, _DISPATCH, "doubted") for state in OPEN_STATES),
    *(Move(state, "trust", state, _DISPATCH, "trusted") for state in OPEN_STATES),
    *(Move(state, "note", state, _DISPATCH, "noted") for state in (*OPEN_STATES, "closed")),
)
ASSIGNMENT_MOVES: Final = (
    Move("notified", "accept", "accepted", _FIELD, "accepted", "accepted"),
    *(
        Move(state, "decline", "declined", _FIELD, "declined")
        for state in ("notified", "accepted", "en_route")
    ),
    Move("accepted", "en_route", "en_route", _FIELD, "en_route", "en_route"),
    Move("en_route", "on_scene", "on_scene", _FIELD, "on_scene", "on_scene"),
    *(Move(state, "done", "done", _FIELD, "done") for state in ("accepted", "en_route", "on_scene")),
    *(Move(state, "cancel", "cancelled", _DISPATCH, "cancelled") for state in LIVE_ASSIGNMENTS),
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
