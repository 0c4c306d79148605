"""Merged and taken apart: no report, photo, message or push is lost, and every reporter keeps their own ladder."""

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.incidents.control_room.paper_pack import sheets
from app.incidents.detail import dossier
from app.incidents.duplicates import merge
from app.incidents.duplicates.merge import Pair
from app.incidents.lifecycle.transition import TransitionResult
from app.incidents.models import CallBeacon, Incident, Message
from app.incidents.queue.queue import page
from app.incidents.reporter import messages
from app.incidents.reporter import status as reporter_status
from app.reports.models import Report

pytestmark = pytest.mark.both_engines


def merged(desk, incident_id, other_id, **more) -> TransitionResult:
    pair = Pair(incident_id, desk.incident(incident_id).version, other_id, desk.incident(other_id).version)
    with desk.database.write() as session:
        return merge.merge(session, desk.operator, pair, **more)


def parted(desk, incident_id, which=-1) -> TransitionResult:
    with desk.database.write() as session:
        own = merge.parts(session, incident_id)[which]
        version = session.get(Incident, incident_id).version
        return merge.unmerge(session, desk.operator, incident_id, version=version, merging_id=own.id)


def rungs(desk, report_id):
    with desk.database.read() as session:
        return [rung["name"] for rung in reporter_status.progress(session, report_id)["ladder"]]


def state(desk, report_id):
    with desk.database.read() as session:
        return reporter_status.progress(session, report_id)["state"]


def shown(desk, report_id, text):
    with desk.database.write() as session:
        messages.write_message(session, report_id, message_id=new_id(), text=text)


def test_merged_reports_stand_in_one_row_and_each_keeps_its_ladder(desk):
    first, second = desk.forwarded("fire"), desk.report("fire")
    mine = desk.report_of(second)
    merged(desk, first, second)
    with desk.database.read() as session:
        rows = page(session)
    assert [(row["id"], row["reports"]) for row in rows] == [(first, 2)]
    desk.assignment(first, "damkar", "accept")
    assert rungs(desk, mine) == ["received", "merged_into", "accepted"]
    assert state(desk, mine) == "accepted"


def test_who_joins_late_is_told_how_far_the_agencies_are(desk):
    first = desk.forwarded("fire")
    desk.assignment(first, "damkar", "accept")
    second = desk.report("fire")
    mine = desk.report_of(second)
    merged(desk, first, second)
    assert rungs(desk, mine) == ["accepted", "received", "merged_into"]


def test_taken_apart_everything_goes_back_with_what_was_added_since(desk):
    first, second = desk.forwarded("fire"), desk.forwarded("fire", "psc119")
    mine, before = desk.report_of(second), desk.incident(second)
    merged(desk, first, second)
    assert set(desk.assignments(first)) == {"damkar", "psc119"}
    assert desk.incident(second).resolution == "duplicate"
    desk.assignment(first, "psc119", "accept")
    shown(desk, mine, "Masih menyala")
    parted(desk, first)
    after = desk.incident(second)
    assert (after.state, after.closed_at, after.resolution) == ("accepted", None, None)
    assert (after.lead, after.reports, after.priority) == (before.lead, 1, before.priority)
    assert set(desk.assignments(second)) == {"psc119"}
    assert (desk.incident(first).state, desk.incident(first).reports) == ("forwarded", 1)
    with desk.database.read() as session:
        assert [row.text for row in messages.of_incident(session, second)] == ["Masih menyala"]
    desk.assignment(second, "psc119", "en_route")
    assert rungs(desk, mine)[-4:] == ["merged_into", "accepted", "unmerged_from", "en_route"]


def test_an_agency_that_has_both_goes_on_with_the_one_it_is_further_in(desk):
    first, second = desk.forwarded("fire"), desk.forwarded("fire")
    desk.assignment(second, "damkar", "accept")
    desk.assignment(second, "damkar", "en_route")
    further = desk.assignments(second)["damkar"].id
    merged(desk, first, second)
    live = [row.id for row in every_assignment(desk, first) if row.state != "cancelled"]
    assert live == [further]
    assert (desk.incident(first).state, desk.incident(first).lead) == ("en_route", "damkar")
    parted(desk, first)
    assert (desk.incident(first).state, desk.incident(second).state) == ("forwarded", "en_route")


def every_assignment(desk, incident_id):
    from app.incidents.lifecycle.commands import assignments_of

    with desk.database.read() as session:
        return assignments_of(session, incident_id)


def test_who_was_first_is_told_and_nothing_half_done_stays(desk):
    first, second, third = desk.report("fire"), desk.report("fire"), desk.report("fire")
    stale = Pair(first, desk.incident(first).version, second, desk.incident(second).version)
    desk.move(second, "open")
    with pytest.raises(Conflict), desk.database.write() as session:
        merge.merge(session, desk.operator, stale)
    merged(desk, first, second)
    with pytest.raises(Conflict):
        merged(desk, third, second)
    with pytest.raises(Conflict):
        desk.move(second, "reopen")
    merged(desk, third, first)
    with pytest.raises(Conflict):
        parted(desk, first)
    assert desk.incident(third).reports == 3


@pytest.mark.parametrize("kind", ["violence_home"])
def test_violence_at_home_is_never_merged(desk, kind):
    first, second = desk.report("fire"), desk.report(kind)
    with pytest.raises(Invalid):
        merged(desk, first, second)
    with desk.database.read() as session:
        assert session.get(Report, desk.report_of(second)).incident_id == second
        assert session.scalars(select(Message)).all() == []


def test_notes_and_taps_are_read_through_the_merging_with_where_they_come_from(desk):
    """Also by way of another; taken apart, each reads its own again, and what was noted meanwhile stays."""
    ids = [desk.report("fire") for _ in range(3)]
    taps = [new_id() for _ in ids]
    for incident_id, tap in zip(ids, taps, strict=True):
        desk.move(incident_id, "note", text=f"Catatan {ids.index(incident_id) + 1}")
        with desk.database.write() as session:
            session.add(CallBeacon(id=tap, incident_id=incident_id, at=now()))

    def read(incident_id):
        with desk.database.read() as session:
            found = dossier(session, incident_id, locale="id")
            paper = {sheet.row["id"]: [note.text for note in sheet.notes] for sheet in sheets(session)}
        notes = [(note.text, found.origin.get(note.id)) for note in found.notes]
        assert paper.get(incident_id) in (None, [text for text, _ in notes])
        return notes, {(beacon.id, found.origin.get(beacon.id)) for beacon, _ in found.beacons}

    first, second, third = ids
    alone = [read(id_) for id_ in ids]
    assert alone[0] == ([("Catatan 1", None)], {(taps[0], None)})
    merged(desk, second, third)
    merged(desk, first, second)
    assert read(first) == (
        [("Catatan 1", None), ("Catatan 2", "B-0002"), ("Catatan 3", "B-0003")],
        {(taps[0], None), (taps[1], "B-0002"), (taps[2], "B-0003")},
    )
    assert read(third) == alone[2]
    desk.move(first, "note", text="Satu api")
    parted(desk, first)
    assert read(first) == ([("Catatan 1", None), ("Satu api", None)], {(taps[0], None)})
    parted(desk, second)
    assert [read(second), read(third)] == alone[1:]


def test_a_tap_that_belongs_to_what_was_merged_says_so_though_it_is_near(desk):
    here, tap = {"lat": 0.1331, "lon": 117.4902}, new_id()
    first, second = desk.report("fire", accuracy_m=18, source="gps", **here), desk.report("fire")
    with desk.database.write() as session:
        session.add(CallBeacon(id=tap, incident_id=second, at=now(), **here))
    merged(desk, first, second)
    with desk.database.read() as session:
        found = dossier(session, first, locale="id")
    assert [(beacon.id, far, found.origin.get(beacon.id)) for beacon, far in found.beacons] == [
        (tap, 0, "B-0002")
    ]
