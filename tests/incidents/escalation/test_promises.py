"""What is promised to people when nobody opens and nobody accepts, with a fast clock and a fake phone."""

import json
from datetime import timedelta

import pytest

from app.core.clock import now
from app.incidents.lifecycle import assignments

ROOM = (("Sari", "supervisor"), ("Head", "head"))


def room_on_call(night):
    for name, duty in ROOM:
        night.on_call(name, duty)


def damkar_on_call(night):
    for duty in ("first", "second", "head"):
        night.on_call(f"damkar {duty}", duty, "damkar")


def test_a_report_that_is_opened_in_time_rings_nobody(night):
    room_on_call(night)
    incident_id = night.desk.report("fire")
    night.pass_by(14)
    night.desk.move(incident_id, "open")
    night.pass_by(300, tick=10)
    assert night.heard() == []
    assert night.steps(incident_id) == []


@pytest.mark.both_engines
def test_an_unopened_report_climbs_to_the_head_on_duty(night):
    room_on_call(night)
    incident_id = night.desk.report("fire")
    night.pass_by(65)
    assert night.heard() == [("Sari", "sms"), ("Head", "sms"), ("Head", "voice")]
    assert [who for _, who, _ in night.steps(incident_id)] == ["operators", "supervisor", "head"]
    assert night.when(incident_id) == [15, 30, 60]


def test_the_words_name_no_report(night):
    room_on_call(night)
    night.desk.report("crime", landmark="rumah nomor 4", description="pencuri")
    night.pass_by(35)
    ((_, text),) = night.phone.heard(night.numbers["Sari"])
    assert text == "Siaga 112: ada laporan yang belum dibuka. Buka konsol sekarang."


def test_while_nobody_opens_the_ladder_begins_again_and_never_falls_asleep(night):
    room_on_call(night)
    incident_id = night.desk.report("fire")
    night.pass_by(15 + 45 + 120 + 45 + 120 + 45, tick=5)
    assert night.when(incident_id) == [15, 30, 60, 180, 195, 225, 345, 360, 390]
    night.desk.move(incident_id, "open")
    heard = len(night.heard())
    night.pass_by(600, tick=30)
    assert len(night.heard()) == heard


def test_a_green_report_has_its_own_patience(night):
    room_on_call(night)
    incident_id = night.desk.report("tree_down")
    night.pass_by(130)
    assert night.when(incident_id) == [60, 75, 105]


def test_the_first_contact_hears_of_a_task_at_once(night):
    damkar_on_call(night)
    night.desk.forwarded("fire", "damkar")
    night.settle()
    assert night.heard() == [("damkar first", "sms")]
    ((_, text),) = night.phone.heard(night.numbers["damkar first"])
    assert text == "Siaga 112: ada tugas baru. Buka konsol, terima atau tolak."


@pytest.mark.both_engines
def test_a_silent_agency_is_rung_up_to_its_head_then_the_supervisor_then_its_alternate(night):
    room_on_call(night)
    damkar_on_call(night)
    incident_id = night.desk.forwarded("fire", "damkar")
    night.pass_by(151)
    assert night.heard() == [
        ("damkar first", "sms"),
        ("damkar second", "sms"),
        ("damkar second", "voice"),
        ("damkar head", "sms"),
        ("damkar head", "voice"),
        ("Sari", "sms"),
    ]
    own = night.desk.assignments(incident_id)
    assert {code: (row.state, row.leads) for code, row in own.items()} == {
        "bpbd": ("notified", True),
        "damkar": ("notified", False),
    }
    assert night.desk.incident(incident_id).lead == "bpbd"
    assert night.when(incident_id)[:5] == [1, 60, 90, 120, 150]


def test_a_silent_agency_may_still_accept(night):
    incident_id = night.desk.forwarded("fire", "damkar")
    night.pass_by(151)
    night.desk.assignment(incident_id, "damkar", "accept")
    night.desk.assignment(incident_id, "bpbd", "decline")
    night.pass_by(600, tick=10)
    assert night.desk.incident(incident_id).state == "accepted"
    assert set(night.desk.assignments(incident_id)) == {"damkar", "bpbd"}


def test_an_agency_that_accepts_is_left_in_peace(night):
    damkar_on_call(night)
    incident_id = night.desk.forwarded("fire", "damkar")
    night.pass_by(61)
    night.desk.assignment(incident_id, "damkar", "accept")
    night.pass_by(400, tick=10)
    assert night.heard() == [("damkar first", "sms"), ("damkar second", "sms"), ("damkar second", "voice")]


@pytest.mark.both_engines
def test_a_lead_that_declines_is_followed_by_its_alternate_within_seconds(night):
    incident_id = night.desk.forwarded("fire", "damkar")
    night.settle()
    night.desk.assignment(incident_id, "damkar", "decline")
    night.settle()
    incident = night.desk.incident(incident_id)
    assert (incident.state, incident.lead) == ("forwarded", "bpbd")
    night.desk.assignment(incident_id, "bpbd", "decline")
    night.settle()
    assert night.steps(incident_id)[-2:] == [
        ("declined", "alternate", "no_alternate"),
        ("declined", "supervisor", "nobody"),
    ]
    assert night.desk.incident(incident_id).state == "opened"


def test_a_duplicate_is_not_passed_on(night):
    incident_id = night.desk.forwarded("fire", "damkar")
    why = assignments.Refusal("duplicate")
    night.desk.assignment(incident_id, "damkar", "decline", why=why)
    night.pass_by(5)
    assert set(night.desk.assignments(incident_id)) == {"damkar"}


def test_a_supporter_is_rung_but_not_replaced(night):
    incident_id = night.desk.forwarded("fire", "damkar", "pln")
    night.desk.assignment(incident_id, "damkar", "accept")
    night.pass_by(151)
    assert night.steps(incident_id)[-1] == ("unaccepted", "alternate", "supports")
    assert set(night.desk.assignments(incident_id)) == {"damkar", "pln"}


def test_nobody_off_duty_is_rung(night):
    hour = (now() + timedelta(hours=8)).hour  # WITA
    night.on_call("on duty", "supervisor", hours=(hour, (hour + 2) % 24))
    night.on_call("off duty", "supervisor", hours=((hour + 2) % 24, hour))
    night.desk.report("fire")
    night.pass_by(40)
    assert night.heard() == [("on duty", "sms")]


@pytest.mark.both_engines
def test_whoever_stands_in_is_rung_instead(night):
    line = night.on_call("ill", "supervisor")
    stand_in = night.contact("stand-in")
    night.swap(line, stand_in, now() - timedelta(hours=1), now() + timedelta(hours=1))
    night.desk.report("fire")
    night.pass_by(40)
    assert night.heard() == [("stand-in", "sms")]


def test_a_roster_with_a_hole_says_so_to_the_room(night):
    hour = (now() + timedelta(hours=8)).hour
    night.on_call("tomorrow", "supervisor", hours=((hour + 2) % 24, (hour + 3) % 24))
    incident_id = night.desk.report("fire")
    night.pass_by(40)
    assert night.heard() == []
    assert night.steps(incident_id)[1] == ("unopened", "supervisor", "nobody")


@pytest.mark.both_engines
def test_one_person_is_not_rung_twice_a_minute_for_the_same_reason(night):
    night.on_call("Sari", "supervisor")
    for _ in range(5):
        night.desk.report("fire")
    night.pass_by(40)
    assert night.heard() == [("Sari", "sms")]
    assert sorted(ring.state for ring in night.rings()) == ["bundled"] * 4 + ["taken"]
    assert len(night.events("escalated")) == 10


def test_another_kind_brings_its_patience(night):
    incident_id = night.desk.report("tree_down")
    night.pass_by(5)
    night.desk.move(incident_id, "set_kind", kind="drowning")
    night.pass_by(15)
    assert night.when(incident_id) == [15]


@pytest.mark.both_engines
def test_a_closed_incident_is_silent_and_a_reopened_one_starts_afresh(night):
    incident_id = night.desk.forwarded("fire", "damkar")
    night.pass_by(61)
    night.desk.move(incident_id, "close", resolution="resolved")
    night.pass_by(200, tick=10)
    made = len(night.steps(incident_id))
    night.desk.move(incident_id, "reopen")
    night.pass_by(100, tick=10)
    assert len(night.steps(incident_id)) == made
    night.desk.move(incident_id, "forward", to=["polres"])
    night.pass_by(61)
    assert night.steps(incident_id)[made:] == [
        ("forwarded", "agency_first", "nobody"),
        ("unaccepted", "agency_second", "nobody"),
    ]


def test_steps_change_no_version_under_somebodys_hands(night):
    incident_id = night.desk.report("fire")
    night.pass_by(70)
    assert night.desk.incident(incident_id).version == 1


def test_events_hold_codes_alone(night):
    night.on_call("Sari", "supervisor")
    incident_id = night.desk.report("fire")
    night.pass_by(31)
    (step,) = [event for event in night.events("escalated") if event["who"] == "supervisor"]
    assert step == {
        "ladder": "unopened", "round": 1, "step": 2, "who": "supervisor", "means": ["push", "sms"],
        "reached": 1, "outcome": "rung", "shown": True, "reporter_message": None,
    }  # fmt: skip
    assert night.numbers["Sari"] not in json.dumps([event.data for event in night.desk.events(incident_id)])
