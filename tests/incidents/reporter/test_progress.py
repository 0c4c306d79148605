"""What a reporter is shown is what happened: every rung is an event of the log, in its order, and none is made up."""

from datetime import timedelta

import pytest

from app.core.clock import now
from app.core.ids import new_id
from app.incidents.reporter import messages
from app.incidents.reporter.progress import agencies, list_progress, unopened_alarm
from app.reports.models import Report

pytestmark = pytest.mark.both_engines


def rungs(desk, incident_id):
    with desk.database.read() as session:
        report = session.get_one(Report, desk.report_of(incident_id))
        return list_progress(session, report)


def test_every_rung_is_an_event_with_its_own_number_and_moment(desk):
    incident_id = desk.forwarded("fire", "damkar", "polres")
    for agency, step in (
        ("damkar", "accept"),
        ("damkar", "en_route"),
        ("polres", "decline"),
        ("damkar", "on_scene"),
        ("damkar", "done"),
    ):
        desk.assignment(incident_id, agency, step)
    desk.move(incident_id, "note", text="Selang kedua dipasang")
    desk.move(incident_id, "set_priority", priority=2)
    desk.move(incident_id, "close", resolution="resolved")
    shown = rungs(desk, incident_id)
    events = {event.seq: event for event in desk.events(incident_id)}
    assert [rung.name for rung in shown] == [
        "received", "opened", "forwarded", "accepted", "en_route", "on_scene", "closed",
    ]  # fmt: skip
    for rung in shown:
        assert (events[rung.seq].name, events[rung.seq].at) == (rung.name, rung.at)
    assert shown[2].agency == "Damkar, Polres"
    assert shown[3].agency == "Damkar"
    assert shown[-1].resolution == "resolved"


def test_nothing_is_shown_before_it_happened(desk):
    incident_id = desk.report("fire")
    assert [rung.name for rung in rungs(desk, incident_id)] == ["received"]
    desk.move(incident_id, "open")
    assert [rung.name for rung in rungs(desk, incident_id)] == ["received", "opened"]


def test_when_all_decline_the_reporter_reads_that_another_is_looked_for(desk):
    incident_id = desk.forwarded("tree_down", "bpbd")
    desk.assignment(incident_id, "bpbd", "decline")
    last = rungs(desk, incident_id)[-1]
    assert (last.name, last.agency) == ("reassigning", None)
    with desk.database.read() as session:
        assert agencies(session, incident_id) == []


def test_the_reporter_reads_who_leads_now(desk):
    incident_id = desk.forwarded("fire", "damkar", "polres", "uptdppa")
    desk.move(incident_id, "lead", agency="polres")
    last, event = rungs(desk, incident_id)[-1], desk.events(incident_id)[-1]
    assert (last.seq, last.name, last.at, last.agency) == (event.seq, "lead", event.at, "Polres")
    with desk.database.read() as session:
        assert agencies(session, incident_id) == ["Polres", "Damkar"]
    desk.move(incident_id, "lead", agency="uptdppa")
    assert (rungs(desk, incident_id)[-1].name, rungs(desk, incident_id)[-1].agency) == ("lead", None)


def test_an_incident_that_is_taken_up_again_says_so(desk):
    incident_id = desk.forwarded("fire", "damkar")
    desk.move(incident_id, "close", resolution="ghost")
    desk.move(incident_id, "reopen")
    assert [rung.name for rung in rungs(desk, incident_id)][-2:] == ["closed", "reopen"]


def test_the_phone_is_told_to_call_when_nobody_opened_in_time(desk):
    incident = desk.incident(desk.report("fire"))
    assert not unopened_alarm(incident, at=incident.received_at + timedelta(seconds=15))
    assert unopened_alarm(incident, at=incident.received_at + timedelta(seconds=16))
    desk.move(incident.id, "open")
    assert not unopened_alarm(desk.incident(incident.id), at=now() + timedelta(hours=1))


def test_words_go_both_ways_once_and_are_events_without_their_words(desk):
    incident_id = desk.report("flood")
    report_id, message_id = desk.report_of(incident_id), new_id()
    for _ in range(2):
        with desk.database.write() as session:
            messages.write_message(session, report_id, message_id=message_id, text="Air naik")
    with desk.database.write() as session:
        messages.send_message(session, desk.operator, report_id, text="Perahu berangkat")
    with desk.database.read() as session:
        words_shown = messages.as_json(messages.of_report(session, report_id))
    assert [(row["from"], row["text"]) for row in words_shown] == [
        ("reporter", "Air naik"),
        ("operator", "Perahu berangkat"),
    ]
    log = "".join(event.data for event in desk.events(incident_id))
    assert "Air naik" not in log
    assert "Perahu" not in log
