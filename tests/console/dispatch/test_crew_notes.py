"""What a crew leaves about a place is there at the next call, and nowhere else.

Nothing of it comes from a silent case.
"""

import json
from datetime import timedelta

import pytest

from app.core.clock import as_if, now

AT = {"lat": 0.1331, "lon": 117.4902, "source": "gps"}
NEXT_DOOR = {"lat": 0.1336, "lon": 117.4906, "source": "gps"}
ELSEWHERE = {"lat": 0.1500, "lon": 117.4570, "source": "gps"}
NOTE = {"kind": "narrow", "text": "Mobil tidak masuk", "days": "180"}


def leave(first, desk, incident_id, agency="damkar", **more):
    own = desk.assignments(incident_id)[agency]
    return first.post(f"/console/tugas/{own.id}/catatan-tempat", NOTE | more)


@pytest.fixture
def left(desk, inside):
    """A crew of Damkar left a note at AT; return its browser, the incident and the note's id."""
    first, incident_id = inside("agency", "damkar"), desk.forwarded("fire", "damkar", **AT)
    assert leave(first, desk, incident_id).status_code == 303
    event = desk.events(incident_id)[-1]
    assert (event.name, event.actor_id) == ("crew_note_written", first.staff_id)
    return first, incident_id, json.loads(event.data)["note"]


def test_it_is_shown_at_the_next_call_to_the_room_and_to_every_agency_there(desk, inside, left):
    room, polres = inside("operator"), inside("agency", "polres")
    again = desk.forwarded("accident", "polres", **NEXT_DOOR)
    pages = [
        room.get(f"/console/kejadian/{again}").text,
        polres.get(f"/console/tugas/{desk.assignments(again)['polres'].id}").text,
    ]
    for page in pages:
        assert "Gang sempit" in page.split("h-crew-near")[2].split("</p>")[0]
        assert "Mobil tidak masuk" in page
    far = desk.forwarded("accident", "polres", **ELSEWHERE)
    assert "Mobil tidak masuk" not in room.get(f"/console/kejadian/{far}").text


def test_its_agency_and_the_room_change_it_others_do_not(desk, inside, left):
    damkar, incident_id, note = left
    polres, room = inside("agency", "polres"), inside("operator")
    other = desk.forwarded("accident", "polres", **NEXT_DOOR)
    path, form = f"/console/catatan-tempat/{note}", NOTE | {"text": "Sudah dilebarkan", "kind": "gate"}
    assert polres.post(path, form | {"incident": other}).status_code == 404
    assert polres.post(path, form | {"incident": incident_id}).status_code == 404
    assert inside("auditor").post(path, form | {"incident": incident_id}).status_code == 403
    assert damkar.post(path, form | {"incident": incident_id, "text": "x" * 201}).status_code == 422
    assert damkar.post(path, form | {"incident": incident_id}).status_code == 303
    assert "Sudah dilebarkan" in room.get(f"/console/kejadian/{other}").text
    assert room.post(f"{path}/hapus", {"incident": other}).status_code == 303
    assert "Sudah dilebarkan" not in room.get(f"/console/kejadian/{other}").text
    assert room.post(f"{path}/hapus", {"incident": other}).status_code == 404
    assert "crew_note_removed" in [event.name for event in desk.events(other)]


def test_it_is_gone_when_its_time_is_over(desk, inside, left):
    from app.incidents.control_room import crew_notes

    with desk.database.read() as session:
        assert len(crew_notes.near(session, AT["lat"], AT["lon"])) == 1
        with as_if(now() + timedelta(days=181)):
            assert not crew_notes.near(session, AT["lat"], AT["lon"])


def test_nothing_is_kept_about_violence_at_home_nor_shown_there(desk, inside, left):
    uptdppa = inside("agency", "uptdppa")
    incident_id = desk.forwarded("crime", "uptdppa", **AT)
    assert leave(uptdppa, desk, incident_id, "uptdppa").status_code == 404
    desk.move(incident_id, "set_kind", kind="violence_home")
    page = inside("operator").get(f"/console/kejadian/{incident_id}").text
    assert "Mobil tidak masuk" not in page
    damkar = left[0]
    mixed = incident_id
    desk.move(mixed, "forward", to=["damkar"])
    assert leave(damkar, desk, mixed).status_code == 404


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    "wrong", [{"kind": "x"}, {"days": "7"}, {"text": "x" * 201}, {"kind": "other", "text": " "}]
)
def test_what_cannot_be_is_refused_with_a_reason(desk, inside, wrong):
    first, incident_id = inside("agency", "damkar"), desk.forwarded("fire", "damkar", **AT)
    answer = leave(first, desk, incident_id, **wrong)
    assert answer.status_code == 422
    assert "Belum disimpan." in answer.text
    assert "crew_note_written" not in [event.name for event in desk.events(incident_id)]


@pytest.mark.engine("sqlite")
def test_without_a_position_there_is_no_place_to_write_about(desk, inside):
    first, incident_id = inside("agency", "damkar"), desk.forwarded("fire", "damkar")
    assert leave(first, desk, incident_id).status_code == 404
    own = desk.assignments(incident_id)["damkar"]
    assert "catatan-tempat" not in first.get(f"/console/tugas/{own.id}").text


@pytest.mark.engine("sqlite")
def test_room_and_agency_read_the_words_for_the_radio(desk, inside):
    incident_id = desk.forwarded("fire", "damkar", **AT)
    own = desk.assignments(incident_id)["damkar"]
    for page in (
        inside("operator").get(f"/console/kejadian/{incident_id}").text,
        inside("agency", "damkar").get(f"/console/tugas/{own.id}").text,
    ):
        assert "Dibacakan di radio" in page
        assert "Perkiraan kelurahan Api-Api. Plus Code" in page
        assert 'data-copy="aloud"' in page
