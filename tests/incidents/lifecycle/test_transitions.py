"""THE TABLE of moves, cell by cell: what it has is allowed, what it has not is refused."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import ROLES
from app.core.i18n import LOCALES, words
from app.incidents.lifecycle.transitions import (
    ASSIGNMENT_MOVES,
    FORWARDED_STATES,
    INCIDENT_MOVES,
    LIVE_ASSIGNMENTS,
    REASSIGNING,
    Progress,
    assignment_move,
    assignment_moves,
    following,
    incident_move,
    incident_moves,
)
from app.incidents.models import ASSIGNMENT_STATES, INCIDENT_STATES
from app.incidents.reporter.progress import PROGRESS_NAMES
from app.notifications.wording import WORDINGS

ROOM = {"operator", "supervisor"}
INCIDENT = {
    "received": {
        "open",
        "set_kind",
        "set_place",
        "set_priority",
        "ask_still_ongoing",
        "merge",
        "unmerge",
        "doubt",
        "trust",
        "note",
    },
    "opened": {
        "forward",
        "close",
        "set_kind",
        "set_place",
        "set_priority",
        "ask_still_ongoing",
        "merge",
        "unmerge",
        "doubt",
        "trust",
        "note",
    },
    "forwarded": {
        "forward",
        "lead",
        "close",
        "set_kind",
        "set_place",
        "set_priority",
        "ask_still_ongoing",
        "merge",
        "unmerge",
        "doubt",
        "trust",
        "note",
    },
    "accepted": {
        "forward",
        "lead",
        "close",
        "set_kind",
        "set_place",
        "set_priority",
        "ask_still_ongoing",
        "merge",
        "unmerge",
        "doubt",
        "trust",
        "note",
    },
    "en_route": {
        "forward",
        "lead",
        "close",
        "set_kind",
        "set_place",
        "set_priority",
        "ask_still_ongoing",
        "merge",
        "unmerge",
        "doubt",
        "trust",
        "note",
    },
    "on_scene": {
        "forward",
        "lead",
        "close",
        "set_kind",
        "set_place",
        "set_priority",
        "ask_still_ongoing",
        "merge",
        "unmerge",
        "doubt",
        "trust",
        "note",
    },
    "closed": {"reopen", "unmerge", "note"},
}
"""What the room may do in each state, written down a second time by hand."""
for _state in ("opened", "forwarded", "accepted", "en_route", "on_scene"):
    INCIDENT[_state] |= {"send_over", "hand_over"}
FIELD = {
    "notified": {"accept", "decline"},
    "accepted": {"en_route", "decline", "done"},
    "en_route": {"on_scene", "decline", "done"},
    "on_scene": {"done"},
}


@pytest.mark.parametrize(("state", "role"), list(product(INCIDENT_STATES, ROLES)))
def test_the_room_moves_incidents_and_nobody_else(state, role):
    assert set(incident_moves(state, role)) == (INCIDENT[state] if role in ROOM else set())


@pytest.mark.parametrize(("state", "role"), list(product(ASSIGNMENT_STATES, ROLES)))
def test_agencies_move_assignments_and_the_room_records_and_calls_off(state, role):
    wanted = FIELD.get(state, set()) if role in {"agency", *ROOM} else set()
    if role in ROOM and state in LIVE_ASSIGNMENTS:
        wanted = wanted | {"cancel"}
    assert set(assignment_moves(state, role)) == wanted


def test_no_move_stands_twice_and_every_state_is_one():
    for table, states in ((INCIDENT_MOVES, INCIDENT_STATES), (ASSIGNMENT_MOVES, ASSIGNMENT_STATES)):
        cells = [(move.source, move.name) for move in table]
        assert len(cells) == len(set(cells))
        assert all({move.source, move.target} <= set(states) for move in table)


def test_what_is_not_in_the_table_is_no_move():
    names = {move.name for move in INCIDENT_MOVES}
    for state, name in product(INCIDENT_STATES, names):
        assert (incident_move(state, name) is not None) == (name in INCIDENT[state])
    assert assignment_move("declined", "accept") is None
    assert assignment_move("notified", "on_scene") is None


def test_whatever_the_reporter_is_told_has_words_and_a_rung():
    answer = {move.event for move in (*INCIDENT_MOVES, *ASSIGNMENT_MOVES) if move.notifies_reporter} | {
        REASSIGNING
    }
    assert answer <= set(WORDINGS)
    assert answer <= set(PROGRESS_NAMES)
    for locale in LOCALES:
        assert {f"push.{name}.title" for name in answer} <= words(locale).keys()


def test_every_event_of_the_table_has_words_for_the_timeline():
    events = {move.event for move in (*INCIDENT_MOVES, *ASSIGNMENT_MOVES)}
    for locale in LOCALES:
        assert {f"console.event.{name}" for name in events} <= words(locale).keys()


PROGRESS = st.builds(Progress, st.sampled_from(ASSIGNMENT_STATES), st.sampled_from(LIVE_ASSIGNMENTS))


@given(st.lists(PROGRESS, max_size=6))
def test_the_furthest_assignment_wins(progress):
    """Nobody who declined or was called off counts; nobody left means that the room has it again."""
    state = following(progress)
    counting = [item for item in progress if item.state not in {"declined", "cancelled"}]
    assert (state == "opened") == (not counting)
    for item in counting:
        reached = item.reached if item.state == "done" else item.state
        assert FORWARDED_STATES.index(state) >= LIVE_ASSIGNMENTS.index(reached)


@given(st.lists(PROGRESS, max_size=6), PROGRESS)
def test_one_more_assignment_never_takes_an_incident_back(progress, more):
    order = ("opened", *FORWARDED_STATES)
    assert order.index(following([*progress, more])) >= order.index(following(progress))
