"""Ladders and rosters are kept on screens: by whom, with what faults, and what it changes for the next night."""

import re

import pytest
from sqlalchemy import select

from app.agencies.models import Contact, OnCall, Swap
from app.core.models import Event
from app.incidents.escalation.set_timers import read_policies

pytestmark = pytest.mark.engine("sqlite")


def ladder(database, name):
    with database.read() as session:
        return read_policies(session)[name]


def rows(database, table):
    with database.read() as session:
        return session.scalars(select(table)).all()


def contact(first, team, **fields):
    return first.post(f"/console/jaga/{team}/kontak", {"name": "Sari", "phone": "0811-2233-4455"} | fields)


def test_an_administrator_rewrites_a_ladder_and_the_log_says_so(inside, database):
    first = inside("administrator")
    fields = {
        "who-0": "supervisor", "after-0": "20", "means-0": ["sms", "voice"],
        "who-1": "operators", "after-1": "0", "means-1": "push", "who-2": "", "again": "90",
    }  # fmt: skip
    assert first.post("/console/eskalasi/unopened", fields).status_code == 303
    assert ladder(database, "unopened") == ([(0, "operators", "push"), (20, "supervisor", "sms voice")], 90)
    assert rows(database, Event)[-1].name == "ladder_changed"
    page = first.get("/console/eskalasi").text
    assert "setelah 20 dtk" in page
    assert "Diulang 1 mnt 30 dtk setelah langkah terakhir" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "1 sampai 12"),
        ({"who-0": "supervisor", "after-0": "x", "means-0": "sms"}, "antara 0 dan 3.600"),
        ({"who-0": "supervisor", "after-0": "5"}, "paling sedikit satu cara"),
        ({"who-0": "agency_head", "after-0": "5", "means-0": "sms"}, "tidak dikenal"),
        ({"who-0": "head", "after-0": "5", "means-0": "sms", "again": "3"}, "antara 30"),
    ],
)
def test_a_ladder_that_cannot_be_is_refused_in_words(inside, database, fields, words):
    before = ladder(database, "unopened")
    answer = inside("administrator").post("/console/eskalasi/unopened", fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert ladder(database, "unopened") == before


def test_a_supervisor_keeps_the_roster_of_112(inside, database):
    first = inside("supervisor")
    assert contact(first, "112").status_code == 303
    (sari,) = rows(database, Contact)
    assert (sari.name, sari.phone, sari.agency) == ("Sari", "+6281122334455", None)
    line = {"contact": sari.id, "duty": "head", "days": ["6", "7"], "from": "20:00", "to": "08:00"}
    assert first.post("/console/jaga/112/jadwal", line).status_code == 303
    (kept,) = rows(database, OnCall)
    assert (kept.duty, kept.days, kept.from_min, kept.to_min) == ("head", "67", 1200, 480)
    page = first.get("/console/jaga").text
    assert re.search(r"20\.00.08\.00 WITA", page)


def test_a_swap_is_kept_and_taken_back(inside, database):
    first = inside("supervisor")
    contact(first, "112")
    contact(first, "112", name="Ida", phone="+62811222333")
    sari, ida = (next(row for row in rows(database, Contact) if row.name == name) for name in ("Sari", "Ida"))
    first.post(
        "/console/jaga/112/jadwal",
        {"contact": sari.id, "duty": "supervisor", "days": list("1234567"), "from": "00:00", "to": "00:00"},
    )
    (line,) = rows(database, OnCall)
    fields = {
        "line": line.id,
        "contact": ida.id,
        "starts_at": "2030-01-01T08:00",
        "ends_at": "2030-01-02T08:00",
    }
    assert first.post("/console/jaga/112/tukar", fields | {"ends_at": "2029-01-01T08:00"}).status_code == 422
    assert first.post("/console/jaga/112/tukar", fields).status_code == 303
    assert "Ida menggantikan Sari" in first.get("/console/jaga").text
    (swap,) = rows(database, Swap)
    assert swap.starts_at.isoformat() == "2030-01-01T00:00:00+00:00"
    assert first.post(f"/console/jaga/112/hapus/tukar/{swap.id}").status_code == 303
    assert rows(database, Swap) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phone": "12"}, "telepon belum benar"),
        ({"email": "a b"}, "surel belum benar"),
        ({"phone": ""}, "Isi telepon"),
        ({"staff": "nobody"}, "Akun tidak dikenal"),
        ({"name": " "}, "Nama kontak"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_and_nothing_typed_is_lost(inside, database, fields, words):
    answer = contact(inside("supervisor"), "112", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert rows(database, Contact) == []
    assert re.search(r'name="phone"[^>]*value="[^"]', answer.text) or fields.get("phone") == ""


def test_an_agency_keeps_its_own_roster_and_cannot_find_another(inside, database):
    damkar, operator = inside("agency", "damkar"), inside("operator")
    assert contact(damkar, "damkar").status_code == 303
    assert contact(damkar, "polres").status_code == 404
    assert contact(damkar, "112").status_code == 404
    assert damkar.get("/console/jaga?tim=polres").status_code == 404
    assert "Sari" in damkar.get("/console/jaga").text
    assert contact(operator, "damkar").status_code == 403
    assert "Sari" in operator.get("/console/jaga?tim=damkar").text
    (sari,) = rows(database, Contact)
    assert inside("supervisor").post(f"/console/jaga/112/hapus/kontak/{sari.id}").status_code == 404
    assert damkar.post(f"/console/jaga/damkar/hapus/kontak/{sari.id}").status_code == 303
    assert "Sari" not in damkar.get("/console/jaga").text


def test_events_of_rosters_hold_no_names_and_numbers(inside, database):
    contact(inside("supervisor"), "112")
    event = rows(database, Event)[-1]
    assert event.name == "contact_changed"
    assert "Sari" not in event.data
    assert "+62" not in event.data
