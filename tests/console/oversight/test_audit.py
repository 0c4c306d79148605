"""Who saw and did what is found again; one incident is told whole; a shift is signed by two."""

import json

import pytest
from sqlalchemy import select, update

from app.core.clock import wita_day
from app.core.models import Event
from app.incidents.control_room.handover import Handover
from app.statistics.targets import read_targets

pytestmark = pytest.mark.both_engines


def test_an_opening_is_found_by_person_incident_and_event(desk, inside):
    seen, other = desk.report("fire"), desk.report("flood")
    first = inside("operator", name="operator-melihat")
    first.get(f"/console/kejadian/{seen}")
    auditor = inside("auditor")
    page = auditor.get(f"/console/pengawas/audit?siapa={first.staff_id}").text
    assert "operator-melihat" in page
    assert f"/console/kejadian/{seen}" in page
    assert f"/console/kejadian/{other}" not in page
    number = desk.incident(other).number
    page = auditor.get(f"/console/pengawas/audit?nomor=B-{number:04d}").text
    assert f"/console/kejadian/{other}" in page
    assert f"/console/kejadian/{seen}" not in page
    assert "Tidak ada peristiwa yang cocok" in auditor.get("/console/pengawas/audit?peristiwa=closed").text
    assert auditor.get("/console/pengawas/audit?siapa=x&nomor=x&sebelum=x").status_code == 200


@pytest.mark.engine("sqlite")
def test_the_log_goes_on_page_by_page(desk, inside):
    for _ in range(101):
        desk.report("other")
    item = inside("supervisor")
    first = item.get("/console/pengawas/audit")
    assert first.text.count('class="code"') == 100
    assert "sebelum=" in first.text
    assert item.get("/console/pengawas/audit?sebelum=2").text.count('class="code"') == 1


def test_one_incident_is_told_whole_and_the_look_is_noted(desk, inside, clock):
    incident_id = desk.report("fire", description="Api di dapur")
    clock.forward(seconds=14)
    desk.move(incident_id, "open")
    clock.forward(seconds=70)
    desk.move(incident_id, "forward", to=["damkar"])
    desk.move(incident_id, "note", text="Gang sempit")
    first = inside("supervisor")
    page = first.get(f"/console/pengawas/tinjauan/{incident_id}").text
    for words in (
        "Api di dapur",
        "Gang sempit",
        "14,0 dtk",
        "Tercapai",
        "1 mnt 10 dtk",
        "Tidak tercapai",
        "Damkar",
    ):
        assert words in page
    last = desk.events(incident_id)[-1]
    assert (last.name, last.actor_id) == ("looked", first.staff_id)
    assert first.get("/console/pengawas/tinjauan/tidak-ada").status_code == 404
    assert inside("operator").get(f"/console/pengawas/tinjauan/{incident_id}").status_code == 403


def give(first, incident_id, promise="Telepon kembali pukul 23.00"):
    first.get("/console/serah-terima")
    return first.post("/console/serah-terima", {f"promise-{incident_id}": promise, "note": "Radio 2 rusak"})


def test_a_shift_is_signed_by_both(desk, inside):
    incident_id = desk.forwarded("fire", "damkar")
    goes, comes = inside("operator", name="yang-pergi"), inside("operator", name="yang-datang")
    answer = give(goes, incident_id)
    assert answer.status_code == 303
    own = goes.get(answer.location).text
    assert "Orang lain harus menandatangani" in own
    assert goes.post(f"{answer.location}/take_handover").status_code == 403, (
        "nobody signs twice for themselves"
    )
    read = comes.get(answer.location).text
    for words in ("Telepon kembali pukul 23.00", "Radio 2 rusak", "Kebakaran", "Damkar", "yang-pergi"):
        assert words in read
    assert comes.post(f"{answer.location}/take_handover").status_code == 303
    third = inside("supervisor")
    third.get(answer.location)
    late = third.post(f"{answer.location}/take_handover")
    assert late.status_code == 409
    assert "Orang lain sudah menerima" in late.text
    with desk.database.read() as session:
        row = session.scalars(select(Handover)).one()
        signed = session.scalars(select(Event).where(Event.name.like("%_handover")).order_by(Event.seq)).all()
    assert [event.actor_id for event in signed] == [goes.staff_id, comes.staff_id]
    assert {json.loads(event.data)["digest"] for event in signed} == {row.digest}


def test_what_was_signed_cannot_be_changed_unseen(desk, inside):
    first = inside("operator")
    page = give(first, desk.report("fire")).location
    assert "bukan lagi yang ditandatangani" not in first.get(page).text
    with desk.database.write() as session:
        row = session.scalars(select(Handover)).one()
        session.execute(update(Handover).values(content=row.content.replace("23.00", "22.00")))
    assert "bukan lagi yang ditandatangani" in first.get(page).text


@pytest.mark.engine("sqlite")
def test_words_are_not_lost_with_a_refusal(desk, inside):
    first = inside("operator")
    incident_id = desk.report("fire")
    give(first, incident_id)
    again = give(first, incident_id, "Ambulans kedua diminta")
    assert again.status_code == 409
    assert "Ambulans kedua diminta" in again.text
    long = give(inside("operator"), incident_id, "x" * 2001)
    assert long.status_code == 422
    assert "x" * 2001 in long.text
    assert first.post("/console/serah-terima/tidak-ada/take_handover").status_code == 404


@pytest.mark.engine("sqlite")
def test_an_auditor_reads_handovers_and_signs_none(desk, inside):
    give(inside("operator"), desk.report("fire"))
    auditor = inside("auditor")
    assert (
        "Sign" not in auditor.get("/console/serah-terima?lang=en").text.split("<main")[1].split("Earlier")[1]
    )
    assert auditor.post("/console/serah-terima").status_code == 403


@pytest.mark.engine("sqlite")
def test_searching_today_finds_today(desk, inside):
    incident_id = desk.report("fire")
    day = wita_day(desk.incident(incident_id).received_at)
    assert incident_id in inside("auditor").get(f"/console/pengawas/audit?dari={day}").text


def test_targets_are_changed_by_the_administrator_alone(desk, inside):
    path = "/console/pengawas/sasaran"
    sent = {
        "opening.p90": "5",
        "opening.p95": "20",
        "forwarding.p90": "60",
        "accepting.p90": "60",
        "turnout.p90": "80",
        "turnout.p90.medical": "60",
        "travel.p90": "240",
        "response.p90.fire": "900",
    }
    first = inside("administrator")
    first.get(path)
    wrong = first.post(path, sent | {"travel.p90": "empat"})
    assert wrong.status_code == 422
    assert 'value="empat"' in wrong.text, "what was typed is still there"
    assert "antara 1 dan 86.400" in wrong.text
    assert first.post(path, sent).status_code == 303
    with desk.database.read() as session:
        kept = {(target.leg, target.share): target.seconds for target in read_targets(session)}
        event = session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
    assert kept["opening", "p90"] == 5
    assert (event.name, event.actor_id) == ("targets_changed", first.staff_id)
    watcher = inside("supervisor")
    assert "5 dtk" in watcher.get(path).text
    assert "<form method" not in watcher.get(path).text
    assert watcher.post(path, sent).status_code == 403
