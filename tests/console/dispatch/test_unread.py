"""What a reporter adds is seen in the queue until somebody has looked, also when the room thought it was over."""

import json
import re

import pytest

from app.core.ids import new_id
from app.incidents.queue import unread
from app.incidents.reporter import messages
from app.incidents.reporter import status as reporter_status


def say(desk, incident_id, words):
    with desk.database.write() as session:
        messages.write_message(session, desk.report_of(incident_id), message_id=new_id(), text=words)


def signal(desk, incident_id, code):
    with desk.database.write() as session:
        reporter_status.signal(session, desk.report_of(incident_id), code)


def row(page, incident_id):
    found = re.search(rf'<li\s+class="[^"]*"\s+id="i-{incident_id}".*?</li>', page, re.DOTALL)
    return found[0] if found else None


def closed(desk):
    incident_id = desk.report("fire")
    desk.move(incident_id, "open")
    desk.move(incident_id, "close", resolution="resolved")
    return incident_id


def test_words_signals_and_photos_count_in_the_row_until_somebody_looks(desk, inside):
    incident_id = desk.report("flood")
    say(desk, incident_id, "Air naik")
    signal(desk, incident_id, "safe")
    with desk.database.write() as session:
        unread.arrived(session, incident_id)
    first = inside("operator")
    before = row(first.get("/console/antrean").text, incident_id)
    assert "3 kabar baru" in before
    assert "Pelapor: Saya aman" in before
    assert '<strong class="tag">baru</strong>' in first.get(f"/console/kejadian/{incident_id}").text
    after = row(first.get("/console/antrean").text, incident_id)
    assert "kabar baru" not in after
    assert "Pelapor: Saya aman" in after
    assert '<strong class="tag">baru</strong>' not in first.get(f"/console/kejadian/{incident_id}").text


def test_still_happening_turns_a_row_red_and_asks_to_be_heard(desk, inside):
    incident_id = desk.forwarded("flood", "bpbd")
    desk.assignment(incident_id, "bpbd", "accept")
    first = inside("operator")
    assert "is-red" not in row(first.get("/console/antrean").text, incident_id)
    signal(desk, incident_id, "still_happening")
    found = row(first.get("/console/antrean").text, incident_id)
    assert "is-red" in found
    assert "data-calls=" in found
    assert "Pelapor: masih terjadi" in found


def test_a_closed_incident_that_continues_comes_back_with_its_reopening(desk, inside):
    incident_id = closed(desk)
    first = inside("operator")
    page = first.get("/console/antrean").text
    assert row(page, incident_id) is None
    seq = int(re.search(r'data-seq="(\d+)"', page)[1])
    signal(desk, incident_id, "still_happening")
    received = first.get(f"/console/api/changes?after={seq}").json["rows"]
    assert [(entry["id"], entry["open"]) for entry in received] == [(incident_id, True)]
    found = row(first.get("/console/antrean").text, incident_id)
    assert "Sudah ditutup, pelapor: masih terjadi" in found
    assert f"/console/kejadian/{incident_id}/reopen" in found
    answer = first.post(
        f"/console/kejadian/{incident_id}/reopen",
        {"version": desk.incident(incident_id).version, "back": "queue"},
    )
    assert answer.location == "/console/antrean"
    assert (desk.incident(incident_id).state, desk.incident(incident_id).unseen) == ("opened", 0)


def test_words_on_a_closed_incident_stand_in_the_queue_until_read(desk, inside):
    incident_id = closed(desk)
    say(desk, incident_id, "Terima kasih")
    first = inside("operator")
    found = row(first.get("/console/antrean").text, incident_id)
    assert "Sudah ditutup, ada kabar baru" in found
    assert "is-red" not in found
    first.get(f"/console/kejadian/{incident_id}")
    assert row(first.get("/console/antrean").text, incident_id) is None


def test_a_page_that_fetches_itself_has_not_been_looked_at(desk, inside):
    incident_id = desk.report("fire")
    say(desk, incident_id, "Cepat")
    first = inside("operator")
    first.get(f"/console/kejadian/{incident_id}", headers={"Siaga-Refresh": "1"})
    assert desk.incident(incident_id).unseen == 1
    first.post(f"/console/api/kejadian/{incident_id}/lihat")
    assert desk.incident(incident_id).unseen == 0


@pytest.mark.parametrize("role", ["operator", "auditor"])
def test_every_opening_is_an_event_with_its_name(desk, inside, role):
    incident_id = desk.report("fire")
    say(desk, incident_id, "Cepat")
    first = inside(role)
    page = first.get(f"/console/kejadian/{incident_id}").text
    looked = [event for event in desk.events(incident_id) if event.name == "looked"]
    assert [(event.actor, event.actor_id) for event in looked] == [("staff", first.staff_id)]
    assert "t-looked" not in page
    assert desk.incident(incident_id).unseen == (0 if role == "operator" else 1)


def test_an_agency_opening_its_task_is_an_event_too(desk, inside):
    incident_id = desk.forwarded("fire", "damkar")
    first = inside("agency", "damkar")
    first.get(f"/console/tugas/{desk.assignments(incident_id)['damkar'].id}")
    last = desk.events(incident_id)[-1]
    assert (last.name, last.actor_id, json.loads(last.data)) == ("looked", first.staff_id, {})


def test_whoever_only_looked_was_not_first(desk, inside):
    incident_id = desk.report("fire")
    desk.move(incident_id, "open")
    inside("supervisor", name="pelihat").get(f"/console/kejadian/{incident_id}")
    late = inside("operator").post(f"/console/kejadian/{incident_id}/open", {"version": 1})
    assert "pelihat lebih dulu" not in late.text
    assert "operator-desk lebih dulu: Dibuka" in late.text


def test_what_was_closed_waits_from_its_news_and_not_before_those_who_wait_for_an_answer(desk, inside, clock):
    old = closed(desk)
    clock.forward(minutes=5)
    waiting = desk.report("fire")
    clock.forward(minutes=5)
    signal(desk, old, "still_happening")
    page = inside("operator").get("/console/antrean").text
    assert 0 < page.index(f'id="i-{waiting}"') < page.index(f'id="i-{old}"')
