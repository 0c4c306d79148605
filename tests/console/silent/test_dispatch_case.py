"""The room that is cleared can send help at once; whoever is not cleared stands before a row that never was."""

import re

import pytest
from sqlalchemy import text

from app.core.ids import new_id
from app.silent.case_log import first_broken_entry, log_of_case
from app.silent.models import CaseCounsellor, SilentCase
from tests.support.silent import BLOCK


def case_of(database, case_id):
    with database.read() as session:
        return session.get_one(SilentCase, case_id)


def names(database, case_id):
    with database.read() as session:
        return [link.name for link in log_of_case(session, case_id)]


@pytest.fixture
def case_id(quiet):
    return quiet.send(words={"words": "Tolong"}).json["id"]


def test_a_cleared_operator_finds_the_case_among_the_rows_and_opens_it(inside, quiet, case_id, database):
    operator = inside("operator", cleared=True)
    quiet.client.post("/api/v1/reports", json={"kind": "fire"})
    queue = operator.get("/console/antrean").text
    assert queue.count('class="row-item') == 2
    assert f"/console/kasus/{case_id}" in queue
    assert "data-cases" in queue
    moved = operator.post(f"/console/kasus/{case_id}/open", {"version": 1})
    assert moved.location == f"/console/kasus/{case_id}"
    page = operator.get(moved.location).text
    for seen in ("0.13310, 117.49020", "Ada senjata", "Tanpa sirene", "Jangan telepon", "09.00\u201311.00"):
        assert seen in page
    assert case_of(database, case_id).state == "opened"


def test_a_row_tells_state_and_times_and_nothing_of_the_block(inside, case_id):
    rows = inside("operator", cleared=True).get("/console/api/kasus").json["rows"]
    assert [row["id"] for row in rows] == [case_id]
    assert not re.search(r"(?<!\d)0[.,]133|117[.,]49|senjata|sirene|Kanaan|Loktuan", rows[0]["html"])


def test_forwarding_and_closing_are_rungs_that_she_sees_and_the_room_then_sees_nothing(
    inside, quiet, database
):
    received = quiet.send().json
    operator = inside("operator", cleared=True)
    for version, move in enumerate(("open", "forward", "close"), start=1):
        answer = operator.post(f"/console/kasus/{received['id']}/{move}", {"version": version})
        assert answer.status_code == 303
    mine = {"Authorization": f"Bearer {received['track_token']}"}
    ladder = quiet.client.get(f"/api/v1/reports/{received['id']}", headers=mine).json["ladder"]
    assert [rung["name"] for rung in ladder] == ["received", "opened", "forwarded", "closed"]
    assert operator.get(f"/console/kasus/{received['id']}").status_code == 404
    assert operator.get("/console/api/kasus").json["rows"] == []
    with database.read() as session:
        assert first_broken_entry(session) is None


def test_two_operators_at_once_one_wins_and_the_other_is_told_who(inside, case_id):
    first, second = (inside("operator", name=f"operator-{name}", cleared=True) for name in ("satu", "dua"))
    assert first.post(f"/console/kasus/{case_id}/open", {"version": 1}).status_code == 303
    late = second.post(f"/console/kasus/{case_id}/open", {"version": 1})
    assert late.status_code == 409
    assert "operator-satu" in late.text


def test_police_accept_move_and_arrive_and_never_close(inside, case_id, database):
    police = inside("agency", "polres", cleared=True)
    assert case_id in police.get("/console/kasus").text
    assert "Kasus sunyi" in police.get("/console/tugas").text
    page = police.get(f"/console/kasus/{case_id}").text
    assert "Tanpa sirene" in page
    for step in ("accept", "en_route", "on_scene", "done"):
        assert police.post(f"/console/kasus/{case_id}/{step}").status_code == 303
    assert police.post(f"/console/kasus/{case_id}/accept").status_code == 409
    assert police.post(f"/console/kasus/{case_id}/close", {"version": 5}).status_code == 404
    assert [name for name in names(database, case_id) if name.startswith("agency")] == [
        "agency_accepted",
        "agency_en_route",
        "agency_on_scene",
        "agency_done",
    ]


def test_each_look_is_exactly_one_link(inside, case_id, database):
    people = [
        inside("operator", cleared=True),
        inside("agency", "polres", cleared=True),
        inside("agency", "uptdppa", cleared=True),
    ]
    for looked, person in enumerate(people * 3, start=1):
        assert person.get(f"/console/kasus/{case_id}").status_code == 200
        assert names(database, case_id).count("viewed") == looked
    for look_that_is_none in ("/console/antrean", "/console/kasus", "/console/api/kasus"):
        for person in people:
            person.get(look_that_is_none)
    inside("supervisor").get(f"/console/kasus/{case_id}")
    assert names(database, case_id).count("viewed") == looked
    with database.read() as session:
        assert {link.actor_id for link in log_of_case(session, case_id) if link.name == "viewed"} == {
            person.staff_id for person in people
        }
        assert first_broken_entry(session) is None


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE case_link SET data = '{}' WHERE seq = 1",
        "UPDATE case_link SET actor_id = 'x' WHERE seq = 2",
        "DELETE FROM case_link WHERE seq = 2",
        "DELETE FROM case_link WHERE seq = (SELECT max(seq) FROM case_link)",
    ],
)
def test_a_link_that_was_changed_or_taken_out_is_found(case_id, database, harm):
    with database.write() as session:
        session.execute(text(harm))
    with database.read() as session:
        assert first_broken_entry(session) is not None


@pytest.mark.parametrize("contact", [None, {"channel": "sms"}, {"channel": "call", "code_word": True}])
def test_the_call_button_is_dead_while_the_gate_is_shut(inside, quiet, contact):
    block = {**BLOCK, "contact": contact} if contact else {"weapon": "yes"}
    case_id = quiet.send(block=block).json["id"]
    page = inside("operator", cleared=True).get(f"/console/kasus/{case_id}").text
    assert "Jangan telepon" in page
    assert re.search(r"<button class=\"button\" type=\"button\" disabled>.*?Telepon pelapor", page, re.DOTALL)
    assert "tel:+" not in page


def test_only_a_counsellor_on_the_case_can_dial_what_came_in_clear_and_only_inside_the_gate(
    inside, quiet, database
):
    counsellor = inside("agency", "uptdppa", cleared=True)
    for channel, dials in (("call", True), ("none", False)):
        contact = {"channel": channel} if channel != "none" else {}
        body = {"contact": {"phone": "081234567890"}}
        case_id = quiet.send(block={"contact": contact}, **body).json["id"]
        assert "tel:+" not in counsellor.get(f"/console/kasus/{case_id}").text
        with database.write() as session:
            moment = case_of(database, case_id).received_at
            session.add(CaseCounsellor(case_id=case_id, staff_id=counsellor.staff_id, taken_at=moment))
        assert ("tel:+6281234567890" in counsellor.get(f"/console/kasus/{case_id}").text) is dials
        operator = inside("operator", cleared=True)
        assert "6281234567890" not in operator.get(f"/console/kasus/{case_id}").text


def test_clearance_is_given_and_taken_by_an_administrator_and_counts_at_once(inside, case_id, database):
    keeper, operator = inside("administrator"), inside("operator", name="operator-malam")
    address = f"/console/kasus/{case_id}"
    assert operator.get(address).status_code == 404
    assert keeper.post("/console/staf/operator-malam/izinkan").status_code == 303
    assert operator.get(address).status_code == 200
    assert keeper.post("/console/staf/operator-malam/cabut").status_code == 303
    assert operator.get(address).status_code == 404
    inside("supervisor", name="kepala")
    assert keeper.post("/console/staf/kepala/izinkan").status_code == 422
    with database.read() as session:
        received = session.execute(
            text("SELECT name, data FROM event WHERE name LIKE 'staff_%cleared'")
        ).all()
    assert [row.name for row in received] == ["staff_cleared", "staff_uncleared"]
    assert not any(case_id in row.data for row in received)


def test_a_made_up_case_is_none(inside):
    operator = inside("operator", cleared=True)
    for wrong in (new_id(), "x"):
        assert operator.get(f"/console/kasus/{wrong}").status_code == 404
        assert operator.post(f"/console/kasus/{wrong}/open", {"version": 1}).status_code == 404


def test_the_command_that_verifies_the_log_verifies_the_chain_of_cases(case_id, database, siaga_command):
    assert siaga_command("audit", "verify").returncode == 0
    with database.write() as session:
        session.execute(text("UPDATE case_link SET data = '{}' WHERE case_id = :id"), {"id": case_id})
    done = siaga_command("audit", "verify")
    assert (done.returncode, "of the silent chain is missing" in done.stdout) == (1, True)
