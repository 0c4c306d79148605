"""The agency's pages: its own assignments and no others, one step after another, on a phone without script."""

import re

import pytest

from app.core.ids import new_id


def test_an_agency_sees_its_own_and_nobody_elses(desk, inside):
    damkar, polres = inside("agency", "damkar"), inside("agency", "polres")
    incident_id = desk.forwarded("fire", "damkar", "polres")
    other = desk.forwarded("crime", "polres")
    page = damkar.get("/console/tugas").text
    assert (page.count('class="task-card'), "Kebakaran" in page, "Kejahatan" in page) == (1, True, False)
    assert polres.get("/console/tugas").text.count('class="task-card') == 2
    own, theirs = desk.assignments(incident_id)["damkar"], desk.assignments(other)["polres"]
    assert damkar.get(f"/console/tugas/{own.id}").status_code == 200
    unseen = damkar.get(f"/console/tugas/{theirs.id}")
    missing = damkar.get(f"/console/tugas/{new_id()}")
    assert (unseen.status_code, missing.status_code) == (404, 404)
    drop = re.compile(r'content="\w+"|/console/tugas/[\w-]+')
    assert drop.sub("", unseen.text) == drop.sub("", missing.text)
    refused = damkar.post(f"/console/penugasan/{theirs.id}/accept", {"version": 1})
    assert refused.status_code == 404
    assert desk.assignments(other)["polres"].state == "notified"


def test_the_incident_link_of_a_push_leads_an_agency_to_its_task(desk, inside):
    incident_id = desk.forwarded("fire", "damkar")
    own = desk.assignments(incident_id)["damkar"]
    assert (
        inside("agency", "damkar").get(f"/console/kejadian/{incident_id}").location
        == f"/console/tugas/{own.id}"
    )
    assert inside("agency", "pln").get(f"/console/kejadian/{incident_id}").status_code == 404


def test_step_by_step_to_the_end(desk, inside):
    first, incident_id = inside("agency", "damkar"), desk.forwarded("fire", "damkar")
    own = desk.assignments(incident_id)["damkar"]
    path = f"/console/tugas/{own.id}"
    for move, button, state in (
        ("accept", "Terima tugas", "accepted"),
        ("en_route", "Berangkat ke lokasi", "en_route"),
        ("on_scene", "Sudah tiba", "on_scene"),
        ("done", "Selesai", "done"),
    ):
        page = first.get(path).text
        assert button in page
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        answer = first.post(f"/console/penugasan/{own.id}/{move}", {"version": version})
        assert (answer.status_code, answer.location) == (303, path)
        assert desk.assignments(incident_id)["damkar"].state == state
    assert "<form" not in first.get(path).text.split("live-head")[1].split("live-place")[0]
    assert "Tidak ada tugas" in first.get("/console/tugas").text
    assert "Kebakaran" in first.get("/console/tugas/selesai").text


def test_declining_needs_a_reason(desk, inside):
    first, incident_id = inside("agency", "damkar"), desk.forwarded("fire", "damkar")
    own = desk.assignments(incident_id)["damkar"]
    path = f"/console/penugasan/{own.id}/decline"
    assert first.post(path, {"version": 1}).status_code == 422
    assert first.post(path, {"version": 1, "reason": "no_unit", "note": "x" * 2001}).status_code == 422
    assert (
        first.post(path, {"version": 1, "reason": "no_unit", "note": "Semua regu keluar"}).status_code == 303
    )
    row = desk.assignments(incident_id)["damkar"]
    assert (row.state, row.reason, row.note) == ("declined", "no_unit", "Semua regu keluar")
    assert "Semua instansi menolak" in inside("operator").get("/console/antrean").text


def test_two_of_one_agency_press_and_the_second_is_told(desk, inside):
    first, second = inside("agency", "damkar", name="damkar-a"), inside("agency", "damkar", name="damkar-b")
    incident_id = desk.forwarded("fire", "damkar")
    own = desk.assignments(incident_id)["damkar"]
    assert first.post(f"/console/penugasan/{own.id}/accept", {"version": 1}).status_code == 303
    late = second.post(f"/console/penugasan/{own.id}/accept", {"version": 1})
    assert late.status_code == 409
    assert "damkar-a lebih dulu" in late.text


def test_an_agency_may_not_call_itself_off(desk, inside):
    first, incident_id = inside("agency", "damkar"), desk.forwarded("fire", "damkar")
    own = desk.assignments(incident_id)["damkar"]
    assert first.post(f"/console/penugasan/{own.id}/cancel", {"version": 1}).status_code == 403


def test_the_list_is_told_of_its_own_changes_alone(desk, inside):
    first = inside("agency", "damkar")
    seq = int(re.search(r'data-seq="(\d+)"', first.get("/console/tugas").text)[1])
    mine = desk.forwarded("fire", "damkar")
    desk.forwarded("crime", "polres")
    news = first.get(f"/console/api/changes?after={seq}").json
    assert news["incidents"] == [mine]
    assert "rows" not in news


@pytest.mark.parametrize("agency", ["damkar", "polres"])
def test_a_photo_is_seen_by_those_who_act_on_it(desk, inside, agency, settings):
    from io import BytesIO

    from PIL import Image

    from app.core.clock import now
    from app.reports.models import Media
    from app.reports.photos.storage import Shelf

    incident_id = desk.forwarded("fire", "damkar")
    media_id, shelf = new_id(), Shelf(settings.data)
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "JPEG")
    shelf.large(media_id).parent.mkdir(parents=True, exist_ok=True)
    shelf.large(media_id).write_bytes(picture.getvalue())
    with desk.database.write() as session:
        session.add(
            Media(
                id=media_id,
                report_id=desk.report_of(incident_id),
                type="image/jpeg",
                bytes=1,
                state="ready",
                created_at=now(),
            )
        )
    answer = inside("agency", agency).client.get(f"/console/foto/{media_id}")
    assert answer.status_code == (200 if agency == "damkar" else 404)
    assert inside("operator").client.get(f"/console/foto/{media_id}").mimetype == "image/jpeg"
    assert inside("operator").get(f"/console/foto/{new_id()}").status_code == 404
