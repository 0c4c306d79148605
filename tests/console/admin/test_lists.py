"""Lists for those who oversee, and the forms of those who keep them. Each change is one event with its author."""

import json

import pytest
from sqlalchemy import select

from app.accounts.models import Staff
from app.agencies.models import Agency, DirectoryNumber, Routing
from app.core.models import Event

PAGES = ("/console/staf", "/console/rute", "/console/instansi", "/console/nomor")
ROUTE = {
    "lead": "polres",
    "supports": ["damkar", "polres"],
    "priority": "2",
    "open_within_s": "20",
    "accept_within_s": "90",
}
AGENCY = {
    "name": "Dinas Baru",
    "short_name": "Baru",
    "phone": "0548 123",
    "alternate": "damkar",
    "active": "1",
}


def last_event(database):
    with database.read() as session:
        return session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).first()


@pytest.mark.parametrize("role", ["supervisor", "auditor"])
@pytest.mark.engine("sqlite")
def test_those_who_oversee_read_and_change_nothing(inside, role):
    first = inside(role)
    for path in PAGES:
        page = first.get(path)
        assert page.status_code == 200
        assert '<form method="post"' not in page.text, path
        assert '<details class="drop"' not in page.text, path


def test_the_log_names_who_did_what(desk, inside):
    desk.forwarded("fire", "damkar")
    page = inside("supervisor").get("/console/pengawas/audit").text
    for words in ("Laporan diterima", "Dibuka", "Diteruskan", "operator-desk", "B-0001", "Damkar"):
        assert words in page


def test_a_route_is_changed_for_reports_from_now_on(desk, inside):
    first = inside("administrator")
    assert first.post("/console/rute/fire", ROUTE).status_code == 303
    with desk.database.read() as session:
        row = session.get_one(Routing, "fire")
        assert (row.lead, row.supports, row.priority, row.open_within_s) == ("polres", "damkar", 2, 20)
    event = last_event(desk.database)
    assert (event.name, event.actor_id, json.loads(event.data)["kind"]) == (
        "route_changed",
        first.staff_id,
        "fire",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"lead": "nobody"},
        {"supports": ["nobody"]},
        {"priority": "4"},
        {"open_within_s": "0"},
        {"accept_within_s": "x"},
    ],
)
@pytest.mark.engine("sqlite")
def test_a_route_that_cannot_be_is_refused_with_a_reason(desk, inside, wrong):
    answer = inside("administrator").post("/console/rute/fire", ROUTE | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with desk.database.read() as session:
        assert session.get_one(Routing, "fire").lead == "damkar"


def test_agencies_are_added_changed_and_kept_while_they_lead(desk, inside):
    first = inside("administrator")
    assert first.post("/console/instansi", {"code": "baru", **AGENCY}).status_code == 303
    assert first.post("/console/instansi", {"code": "baru", **AGENCY}).status_code == 409
    assert first.post("/console/instansi", {"code": "Tidak Boleh", **AGENCY}).status_code == 422
    assert first.post("/console/instansi/baru", AGENCY | {"phone": "bukan nomor"}).status_code == 422
    assert first.post("/console/instansi/baru", {**AGENCY, "active": ""}).status_code == 303
    assert (
        first.post("/console/instansi/damkar", {**AGENCY, "alternate": "", "active": ""}).status_code == 422
    )
    assert first.post("/console/instansi/tidak-ada", AGENCY).status_code == 404
    with desk.database.read() as session:
        assert session.get_one(Agency, "baru").active is False
        assert session.get_one(Agency, "damkar").active is True


def test_numbers_are_kept_and_112_stays(desk, inside):
    first = inside("administrator")
    assert (
        first.post("/console/nomor", {"code": "rsud", "name": "RSUD", "phone": "0548 22111"}).status_code
        == 303
    )
    assert (
        first.post("/console/nomor/rsud", {"name": "RSUD Bontang", "phone": "0548 22112"}).status_code == 303
    )
    assert first.post("/console/nomor/rsud", {"name": "", "phone": "x"}).status_code == 422
    assert first.post("/console/nomor/all/hapus").status_code == 409
    assert first.post("/console/nomor/police/hapus").status_code == 303
    with desk.database.read() as session:
        left = {row.code: row.phone for row in session.scalars(select(DirectoryNumber))}
    assert left["rsud"] == "0548 22112"
    assert "police" not in left
    assert left["all"] == "112"


def test_staff_are_added_disabled_and_never_oneself(desk, inside):
    first = inside("administrator", name="administrator-a")
    fields = {"name": "operator-baru", "role": "operator", "password": "lima kapal biru berlayar"}
    assert first.post("/console/staf", fields).status_code == 303
    assert first.post("/console/staf", fields).status_code == 409
    assert first.post("/console/staf", fields | {"name": "x y"}).status_code == 422
    assert first.post("/console/staf/operator-baru/matikan").status_code == 303
    with desk.database.read() as session:
        row = session.scalars(select(Staff).where(Staff.name == "operator-baru")).one()
    assert row.disabled_at is not None
    assert first.post("/console/staf/operator-baru/hidupkan").status_code == 303
    assert first.post("/console/staf/operator-baru/kode").status_code == 303
    assert first.post("/console/staf/administrator-a/matikan").status_code == 403
    assert first.post("/console/staf/tidak-ada/matikan").status_code == 404
