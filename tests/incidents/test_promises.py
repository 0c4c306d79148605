"""What happens to an incident, told as promises to the people around it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.incidents.actor import Actor
from app.incidents.lifecycle import assignments, commands
from app.incidents.queue import viewers
from app.incidents.queue.queue import rows_of
from app.incidents.queue.urgency import urgency

pytestmark = pytest.mark.both_engines


def needs(desk, incident_id, after_s=0):
    with desk.database.read() as session:
        row = rows_of(session, [incident_id])[0]
    return urgency(row, now() + timedelta(seconds=after_s))


def test_a_report_waits_until_somebody_opens_it(desk):
    incident_id = desk.report("fire")
    assert needs(desk, incident_id).alarm == "unopened"
    late = needs(desk, incident_id, after_s=16)
    assert (late.alarm, late.red) == ("unopened_late", True)
    desk.move(incident_id, "open")
    opened = desk.incident(incident_id)
    assert (opened.state, opened.opened_by) == ("opened", desk.operator.id)
    assert needs(desk, incident_id).alarm == "unforwarded"


def test_a_red_row_is_red_from_its_first_second_a_green_one_only_when_late(desk):
    assert needs(desk, desk.report("fire")).red
    green = desk.report("tree_down")
    assert not needs(desk, green).red
    assert needs(desk, green, after_s=61).red


def test_forwarding_suggests_lead_and_support_from_the_table(desk):
    incident_id = desk.report("fire")
    with desk.database.read() as session:
        lead, supports = commands.suggested(session, desk.incident(incident_id))
    assert (lead, supports) == ("damkar", ["polres", "psc119", "pln"])


def test_forwarding_makes_an_assignment_for_each_and_one_lead(desk):
    incident_id = desk.forwarded("fire", "damkar", "polres")
    own = desk.assignments(incident_id)
    assert {code: (row.state, row.leads) for code, row in own.items()} == {
        "damkar": ("notified", True),
        "polres": ("notified", False),
    }
    assert desk.incident(incident_id).lead == "damkar"
    desk.move(incident_id, "forward", to=["psc119", "damkar"])
    own = desk.assignments(incident_id)
    assert [code for code, row in own.items() if row.leads] == ["psc119"]
    assert len(own) == 3


@pytest.mark.parametrize("to", [[], ["nobody"], ["damkar", "nobody"]])
def test_forwarding_to_nobody_is_refused_whole(desk, to):
    incident_id = desk.report("fire")
    desk.move(incident_id, "open")
    with pytest.raises(Invalid):
        desk.move(incident_id, "forward", to=to)
    assert desk.assignments(incident_id) == {}
    assert desk.incident(incident_id).state == "opened"


def test_the_incident_follows_the_furthest_agency(desk):
    incident_id = desk.forwarded("fire", "damkar", "polres")
    for agency, step, state in (
        ("polres", "accept", "accepted"),
        ("damkar", "accept", "accepted"),
        ("damkar", "en_route", "en_route"),
        ("polres", "decline", "en_route"),
        ("damkar", "on_scene", "on_scene"),
        ("damkar", "done", "on_scene"),
    ):
        desk.assignment(incident_id, agency, step)
        assert desk.incident(incident_id).state == state, (agency, step)
    assert needs(desk, incident_id).alarm == "all_done"


def test_when_all_decline_the_room_has_it_again_and_sees_it_red(desk):
    incident_id = desk.forwarded("tree_down", "bpbd", "dishub")
    desk.assignment(incident_id, "bpbd", "decline")
    assert desk.incident(incident_id).state == "forwarded"
    desk.assignment(incident_id, "dishub", "decline", why=assignments.Refusal("not_ours", "Jalan provinsi."))
    again = desk.incident(incident_id)
    assert (again.state, again.lead) == ("opened", None)
    found = needs(desk, incident_id)
    assert (found.alarm, found.red) == ("all_declined", True)
    assert json.loads(desk.events(incident_id)[-1].data)["reporter_message"] == "reassigning"
    own = desk.assignments(incident_id)["dishub"]
    assert (own.reason, own.note) == ("not_ours", "Jalan provinsi.")
    with desk.database.read() as session:
        lead, supports = commands.suggested(session, again)
    assert "bpbd" not in {lead, *supports}


def test_an_agency_that_does_not_answer_turns_the_row_red(desk):
    incident_id = desk.forwarded("fire", "damkar")
    assert needs(desk, incident_id).alarm == "unaccepted"
    assert needs(desk, incident_id, after_s=61).alarm == "unaccepted_late"
    desk.assignment(incident_id, "damkar", "accept")
    assert needs(desk, incident_id, after_s=600).alarm is None


def test_closing_calls_off_whoever_is_still_under_way(desk):
    incident_id = desk.forwarded("fire", "damkar", "polres")
    desk.assignment(incident_id, "damkar", "accept")
    desk.move(incident_id, "close", resolution="duplicate")
    assert {row.state for row in desk.assignments(incident_id).values()} == {"cancelled"}
    assert json.loads(desk.events(incident_id)[-1].data)["cancelled"] == ["damkar", "polres"]
    closed = desk.incident(incident_id)
    assert (closed.state, closed.resolution) == ("closed", "duplicate")


def test_a_reopened_incident_starts_afresh(desk):
    incident_id = desk.forwarded("fire", "damkar")
    desk.assignment(incident_id, "damkar", "decline")
    desk.move(incident_id, "close", resolution="prank")
    desk.move(incident_id, "reopen")
    again = desk.incident(incident_id)
    assert (again.state, again.resolution, again.closed_at, again.lead) == ("opened", None, None, None)
    desk.move(incident_id, "forward", to=["polres"])
    desk.assignment(incident_id, "polres", "accept")
    assert desk.incident(incident_id).state == "accepted"


def test_another_kind_brings_its_priority_and_clocks(desk):
    incident_id = desk.report("other")
    desk.move(incident_id, "set_kind", kind="drowning")
    row = desk.incident(incident_id)
    assert (row.kind, row.priority, row.open_within_s, row.accept_within_s) == ("drowning", 1, 15, 60)
    desk.move(incident_id, "set_priority", priority=3)
    assert desk.incident(incident_id).priority == 3


def test_a_note_keeps_its_words_out_of_the_log(desk):
    incident_id = desk.report("fire")
    desk.move(incident_id, "note", text="Saksi di warung seberang")
    assert "Saksi" not in "".join(event.data for event in desk.events(incident_id))


def test_whoever_is_late_is_told_who_and_when_and_nothing_changes(desk, hire):
    incident_id = desk.report("fire")
    second = Actor(hire("operator-late"), "operator-late", "operator")
    desk.move(incident_id, "open")
    with pytest.raises(Conflict) as answer, desk.database.write() as session:
        commands.open_incident(session, second, incident_id, version=1)
    assert answer.value.extra["who"] == "operator-desk"
    assert answer.value.extra["what"] == "opened"
    assert answer.value.extra["at"] == desk.events(incident_id)[-1].at.isoformat()
    assert desk.incident(incident_id).version == 2


def test_an_agency_moves_its_own_assignments_and_cannot_find_others(desk, hire):
    incident_id = desk.forwarded("fire", "damkar", "polres")
    damkar = Actor(hire("damkar-x", "agency", "damkar"), "damkar-x", "agency", "damkar")
    desk.assignment(incident_id, "damkar", "accept", by=damkar)
    with pytest.raises(NotFound):
        desk.assignment(incident_id, "polres", "accept", by=damkar)
    with pytest.raises(Forbidden):
        desk.assignment(incident_id, "damkar", "cancel", by=damkar)
    with pytest.raises(Forbidden):
        desk.move(incident_id, "close", by=damkar, resolution="resolved")


def test_two_who_look_see_each_other_until_one_leaves(desk, hire):
    incident_id = desk.report("fire")
    second = hire("operator-two")
    with desk.database.write() as session:
        assert viewers.look(session, incident_id, desk.operator.id) == []
        assert viewers.look(session, incident_id, second) == ["operator-desk"]
        assert viewers.others(session, incident_id, desk.operator.id) == ["operator-two"]
        viewers.look_away(session, incident_id, second)
        assert viewers.others(session, incident_id, desk.operator.id) == []
        viewers.look(session, incident_id, second, at=now() - timedelta(minutes=2))
        assert viewers.others(session, incident_id, desk.operator.id) == []


def test_the_log_stays_one_gapless_chain(desk):
    from app.core.models import Event
    from app.eventlog.log import GENESIS, NewEvent, link, tail

    incident_id = desk.forwarded("fire", "damkar")
    desk.assignment(incident_id, "damkar", "accept")
    with desk.database.read() as session:
        events = session.scalars(select(Event).order_by(Event.seq)).all()
    previous = GENESIS
    for place, event in enumerate(events, start=1):
        happening = NewEvent(
            name=event.name,
            at=event.at,
            actor=event.actor,
            actor_id=event.actor_id,
            incident_id=event.incident_id,
            report_id=event.report_id,
        )
        assert event.seq == place
        assert event.hash == link(previous, place, tail(happening, event.data))
        previous = event.hash
