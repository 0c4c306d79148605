"""The incident page and its forms: whoever may, moves; whoever was late, is told; nothing needs script."""

import re

import pytest

from app.core.ids import new_id
from app.incidents.reporter import messages


def test_the_page_shows_reports_answers_place_and_timeline(desk, inside):
    incident_id = desk.report(
        "fire",
        lat=0.1331,
        lon=117.4902,
        accuracy_m=18,
        source="gps",
        landmark="sebelah masjid",
        description="<b>Api</b> di dapur",
        answers='{"people_trapped": "yes"}',
        contact_phone="+628110000",
        may_call=True,
    )
    page = inside("operator").get(f"/console/kejadian/{incident_id}").text
    for words in ("Kebakaran", "B-0001", "sebelah masjid", "Ada orang terjebak?", "Ketelitian ± 18 m."):
        assert words in page
    assert "&lt;b&gt;Api" in page
    assert 'href="tel:+628110000"' in page
    assert 'href="geo:0.133100,117.490200' in page
    assert "Laporan diterima" in page


def test_a_place_that_nobody_told_is_not_drawn(desk, inside):
    page = inside("operator").get(f"/console/kejadian/{desk.report('fire')}").text
    assert "lokasi tidak diketahui" in page
    assert "place-map" not in page


@pytest.mark.parametrize(
    "path", ["/console/kejadian/nonsense", "/console/kejadian/01a20b39-1461-76bd-a450-2b41352284e8"]
)
@pytest.mark.engine("sqlite")
def test_what_does_not_exist_is_404(inside, path):
    for role in ("operator", "auditor"):
        assert inside(role).get(path).status_code == 404


def test_plain_forms_take_an_incident_from_opening_to_closing(desk, inside):
    first, incident_id = inside("operator"), desk.report("fire")
    base = f"/console/kejadian/{incident_id}"
    for move, fields, state in (
        ("open", {}, "opened"),
        ("forward", {"lead": "damkar", "supports": ["polres", "pln"]}, "forwarded"),
        ("set_priority", {"priority": "2"}, "forwarded"),
        ("set_kind", {"kind": "gas_chemical"}, "forwarded"),
        ("note", {"text": "Warga menyiram"}, "forwarded"),
        ("close", {"resolution": "resolved"}, "closed"),
        ("reopen", {}, "opened"),
    ):
        version = desk.incident(incident_id).version
        answer = first.post(f"{base}/{move}", {"version": version, **fields})
        assert (answer.status_code, answer.location) == (303, base), move
        assert desk.incident(incident_id).state == state
    assert "Warga menyiram" in first.get(base).text
    assert set(desk.assignments(incident_id)) == {"damkar", "polres", "pln"}


def test_the_lead_is_given_by_a_button_and_its_agency_reads_so(desk, inside):
    first, incident_id = inside("operator"), desk.forwarded("fire", "damkar", "polres")
    polres = inside("agency", "polres")
    own = desk.assignments(incident_id)["polres"]
    task, base = f"/console/tugas/{own.id}", f"/console/kejadian/{incident_id}"
    head = polres.get(task).text.split("live-place")[0]
    assert "Memimpin" not in head
    assert first.get(base).text.count("Jadikan pemimpin") == 1
    answer = first.post(f"{base}/lead", {"version": 3, "agency": "polres"})
    assert (answer.status_code, answer.location) == (303, base)
    assert re.search(r"Pemimpin diganti</strong>\s+· Polres", first.get(base).text)
    assert "Memimpin" in polres.get(task).text.split("live-place")[0]
    assert "Memimpin" in polres.get("/console/tugas").text
    late = first.post(f"{base}/lead", {"version": 3, "agency": "damkar"})
    assert late.status_code == 409
    assert "lebih dulu: Pemimpin diganti" in late.text
    again = first.post(f"{base}/lead", {"version": 4, "agency": "polres"})
    assert (again.status_code, "Instansi ini sudah memimpin." in again.text) == (422, True)
    assert polres.post(f"{base}/lead", {"version": 4, "agency": "polres"}).status_code in {403, 404}


def test_the_late_operator_reads_who_was_first_and_when(desk, inside):
    first, second = inside("operator", name="operator-a"), inside("operator", name="operator-b")
    incident_id = desk.report("fire")
    path = f"/console/kejadian/{incident_id}/open"
    assert first.post(path, {"version": 1}).status_code == 303
    late = second.post(path, {"version": 1})
    assert late.status_code == 409
    assert "operator-a lebih dulu: Dibuka, pukul" in late.text
    as_json = second.post(path, {"version": 1}, headers={"Accept": "application/json"})
    assert (as_json.status_code, as_json.json["who"], as_json.json["what"]) == (409, "operator-a", "opened")
    opened = next(event for event in desk.events(incident_id) if event.name == "opened")
    assert as_json.json["at"] == opened.at.isoformat()


@pytest.mark.parametrize(
    ("move", "fields"),
    [
        ("close", {"resolution": "nonsense"}),
        ("forward", {"lead": ""}),
        ("forward", {"lead": "nobody"}),
        ("set_kind", {"kind": "nonsense"}),
        ("set_priority", {"priority": "9"}),
        ("note", {"text": "   "}),
        ("note", {"text": "x" * 2001}),
        ("close", {"version": "x", "resolution": "resolved"}),
    ],
)
@pytest.mark.engine("sqlite")
def test_what_cannot_be_done_is_said_on_the_page(desk, inside, move, fields):
    incident_id = desk.report("fire")
    desk.move(incident_id, "open")
    before = desk.incident(incident_id).version
    answer = inside("operator").post(f"/console/kejadian/{incident_id}/{move}", {"version": before, **fields})
    assert answer.status_code == 422
    assert "Belum disimpan." in answer.text
    assert desk.incident(incident_id).version == before


def test_the_auditor_reads_everything_and_changes_nothing(desk, inside):
    first, incident_id = inside("auditor"), desk.forwarded("fire", "damkar")
    page = first.get(f"/console/kejadian/{incident_id}").text
    assert "Damkar" in page
    assert '<form method="post"' not in page
    assert first.post(f"/console/kejadian/{incident_id}/close", {"version": 3}).status_code == 403
    assert first.get(f"/console/kejadian/{incident_id}/forward").status_code == 403


def test_forwarding_suggests_from_the_table_and_marks_who_declined(desk, inside):
    first, incident_id = inside("operator"), desk.forwarded("fire", "damkar")
    desk.assignment(incident_id, "damkar", "decline")
    page = first.get(f"/console/kejadian/{incident_id}/forward").text
    assert re.search(r'<option value="bpbd" selected>\s*BPBD\s+\(saran\)', page)
    assert "sudah menolak" in page
    part = first.get(f"/console/kejadian/{incident_id}/forward?bagian=1").text
    assert part.lstrip().startswith("<form")


def test_the_room_records_what_an_agency_says_by_voice(desk, inside):
    first, incident_id = inside("operator"), desk.forwarded("fire", "damkar")
    for move, state in (("accept", "accepted"), ("en_route", "en_route"), ("on_scene", "on_scene")):
        own = desk.assignments(incident_id)["damkar"]
        answer = first.post(f"/console/penugasan/{own.id}/{move}", {"version": own.version})
        assert answer.location == f"/console/kejadian/{incident_id}"
        assert desk.incident(incident_id).state == state


def test_messages_go_out_come_in_and_are_read(desk, inside):
    first, incident_id = inside("operator"), desk.report("flood")
    report_id = desk.report_of(incident_id)
    with desk.database.write() as session:
        messages.write_message(session, report_id, message_id=new_id(), text="Air sampai lutut")
    assert (
        first.post(f"/console/laporan/{report_id}/send_message", {"text": "Perahu berangkat"}).status_code
        == 303
    )
    page = first.get(f"/console/kejadian/{incident_id}").text
    assert page.index("Air sampai lutut") < page.index("Perahu berangkat")
    with desk.database.read() as session:
        shown = messages.of_report(session, report_id)
    assert shown[0].read_at is not None
    assert shown[1].staff_id == first.staff_id
    assert first.post(f"/console/laporan/{report_id}/send_message", {"text": ""}).status_code == 422
    assert first.post(f"/console/laporan/{new_id()}/send_message", {"text": "x"}).status_code == 404


def test_two_who_look_see_each_other(desk, inside):
    first, second = inside("operator", name="operator-a"), inside("supervisor", name="supervisor-b")
    incident_id = desk.report("fire")
    path = f"/console/kejadian/{incident_id}"
    first.get(path)
    assert "Juga sedang melihat: operator-a" in second.get(path).text
    assert first.post(f"/console/api/kejadian/{incident_id}/lihat").json == {"others": ["supervisor-b"]}
    second.post(f"/console/api/kejadian/{incident_id}/lihat?pergi=1")
    assert first.post(f"/console/api/kejadian/{incident_id}/lihat").json == {"others": []}


def test_violence_at_home_is_an_ordinary_row_and_never_pushed(desk, inside):
    from sqlalchemy import func, select

    from app.notifications.webpush.models import Notification

    incident_id = desk.forwarded("violence_home", "uptdppa")
    assert "Kekerasan di rumah" in inside("operator").get("/console/antrean").text
    with desk.database.read() as session:
        received = session.scalar(
            select(func.count()).select_from(Notification).where(Notification.incident_id == incident_id)
        )
    assert received == 0
