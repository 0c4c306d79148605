"""A silent call for help is taken whatever is wrong with it, and looks like any other report from outside."""

import json
import re

import pytest
from sqlalchemy import text

from app.core.ids import new_id
from app.core.models import Event
from app.reports.models import Report
from app.silent.case_log import first_broken_entry, log_of_case
from app.silent.encrypted_fields import load_master_key, summary_of, words_of
from app.silent.models import CaseAgency, SilentCase
from app.silent.sealed_models import SealedItem, SealedWrap
from tests.support.silent import BLOCK, receipt

pytestmark = pytest.mark.both_engines

ORDINARY = {"kind": "fire", "location": {"lat": 0.1331, "lon": 117.4902}, "locale": "id"}
MANGLED = [
    {"sealed": "x"},
    {"sealed": 7},
    {"sealed": "A" * 20_000},
    {"block": {"weapon": "yes", "position": {"lat": 1e9, "lon": 0}, "words": "apa saja"}},
    {"block": []},
    {"block": "tolong"},
    {"receipt": {"lookup": "x"}},
    {"receipt": [1]},
    {"location": {"lat": 0.1331}},
    {"location": 9},
    {"description": 9},
    {"answers": [1]},
    {"contact": "0812"},
    {"locale": 1, "pad": 1, "made_at": "kemarin"},
]


def the_case(database):
    with database.read() as session:
        return session.query(SilentCase).one()


def count(database, table):
    with database.read() as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_her_call_is_stored_told_to_both_agencies_and_chained(quiet, database, secrets):
    answer = quiet.send(words={"words": "Tolong"})
    assert answer.status_code == 201
    case = the_case(database)
    assert (case.id, case.state, case.priority) == (answer.json["id"], "received", 1)
    assert json.loads(summary_of(load_master_key(secrets), case).to_bytes()) == BLOCK
    with database.read() as session:
        received = {(row.agency, row.state) for row in session.query(CaseAgency)}
        names = [link.name for link in log_of_case(session, case.id)]
        assert first_broken_entry(session) is None
        assert session.query(SealedItem).one().purpose == "narrative"
        assert session.query(SealedWrap).one().key_id == quiet.seals.id
    assert received == {("uptdppa", "notified"), ("polres", "notified")}
    assert names == ["received", "notified", "notified"]


def test_nothing_of_it_is_a_report_an_incident_an_event_or_a_number_of_the_day(quiet, database):
    before = {table: count(database, table) for table in ("event", "day_counter", "job", "notification")}
    quiet.send(words={"words": "Tolong"})
    for table in ("report", "incident", "message", "media", "assignment"):
        assert count(database, table) == 0
    assert {table: count(database, table) for table in before} == before
    ordinary = quiet.post(json.dumps(ORDINARY), new_id()).json
    assert ordinary["number"] == "B-0001", "a gap would tell"


def test_the_answer_has_the_members_form_and_length_of_any_other(quiet):
    silent = quiet.send(words={"words": "x"})
    fire = quiet.post(json.dumps(ORDINARY), new_id())
    assert list(silent.json) == list(fire.json)
    assert {name: type(value) for name, value in silent.json.items()} == {
        name: type(value) for name, value in fire.json.items()
    }
    assert len(silent.data) == len(fire.data) == 4096
    assert set(silent.headers.keys()) == set(fire.headers.keys())
    assert re.fullmatch(r"B-\d{4}", silent.json["number"])
    assert fire.json["number"] == "B-0001"


def test_the_same_key_is_the_same_case_and_another_body_is_told_so(quiet, database):
    key, three = new_id(), receipt()
    first = quiet.send(key=key, receipt=three)
    again = quiet.send(key=key, receipt=three)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    other = quiet.send(key=key, receipt=receipt())
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert count(database, "silent_case") == 1


@pytest.mark.parametrize("wrong", MANGLED, ids=[json.dumps(part)[:40] for part in MANGLED])
def test_a_part_that_cannot_be_read_never_loses_the_help(quiet, database, wrong):
    body = {"kind": "violence_home", "block": {"weapon": "yes"}} | wrong
    answer = quiet.post(json.dumps(body), new_id())
    assert answer.status_code == 201
    assert count(database, "silent_case") == 1
    assert count(database, "sealed_item") == 0


def test_a_broken_seal_is_noted_without_a_word_of_it(quiet, database):
    case_id = quiet.send(sealed="UzExMg" + "A" * 400).json["id"]
    with database.read() as session:
        note = log_of_case(session, case_id)[-1]
    assert (note.name, note.data) == ("sealed_refused", "{}")


def test_an_envelope_for_keys_of_no_published_roster_is_refused_and_the_help_goes_out(quiet, database):
    quiet.seals.version = 9
    assert quiet.send(words={"words": "x"}).status_code == 201
    assert count(database, "sealed_item") == 0


def test_a_receipt_that_another_case_has_is_left_out(quiet, database):
    three = receipt()
    assert [quiet.send(receipt=three).status_code for _ in range(2)] == [201, 201]
    with database.read() as session:
        assert sorted(case.lookup_hash is None for case in session.query(SilentCase)) == [False, True]


def test_an_old_phone_without_a_block_gives_its_place_and_its_words_are_locked_at_once(
    quiet, database, secrets
):
    received = ORDINARY | {
        "kind": "violence_home",
        "description": "Suami memukul",
        "contact": {"phone": "0812 3456 7890", "may_call": True},
    }
    quiet.post(json.dumps(received), new_id())
    case = the_case(database)
    block = summary_of(load_master_key(secrets), case)
    assert (block.position.lat, block.contact.channel) == (0.1331, "none"), "nobody calls unless she said so"
    assert words_of(load_master_key(secrets), case)["words"] == "Suami memukul"
    assert b"memukul" not in case.words_content


def test_she_follows_it_with_her_token_and_its_signals_are_links(quiet, database):
    received = quiet.send().json
    mine = {"Authorization": f"Bearer {received['track_token']}"}
    address = f"/api/v1/reports/{received['id']}"
    answer = quiet.client.get(address, headers=mine)
    fire = quiet.post(json.dumps(ORDINARY), new_id()).json
    other = quiet.client.get(
        f"/api/v1/reports/{fire['id']}", headers={"Authorization": f"Bearer {fire['track_token']}"}
    )
    assert list(answer.json) == list(other.json)
    assert len(answer.data) == len(other.data) == 4096
    assert [rung["name"] for rung in answer.json["ladder"]] == ["received"]
    for _ in range(2):
        signal = quiet.client.post(f"{address}/signals", json={"signal": "safe"}, headers=mine)
        assert signal.status_code == 201
    with database.read() as session:
        assert [link.name for link in log_of_case(session, received["id"])].count("signalled") == 1
    assert quiet.client.get(address).status_code == 401


def test_words_and_photos_in_clear_find_no_door(quiet):
    received = quiet.send().json
    mine = {"Authorization": f"Bearer {received['track_token']}"}
    address = f"/api/v1/reports/{received['id']}"
    words = quiet.client.post(f"{address}/messages", json={"text": "Tolong"}, headers=mine)
    photo = {"id": new_id(), "bytes": 10, "type": "image/jpeg"}
    assert (
        words.status_code
        == quiet.client.post(f"{address}/media", json=photo, headers=mine).status_code
        == 404
    )


def test_the_plain_form_makes_a_case_leaves_no_cookie_and_no_address(client, database, secrets):
    form = {"kind": "violence_home", "key": new_id(), "description": "Tolong <b>", "phone": "081234567890"}
    answer = client.post("/lapor", data=form)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers or "siaga_track" not in answer.headers["Set-Cookie"]
    assert "no-store" in answer.headers["Cache-Control"]
    case = the_case(database)
    assert case.id not in answer.text
    assert "Kekerasan di rumah" not in answer.text
    assert words_of(load_master_key(secrets), case)["phone"] == "+6281234567890"
    with database.read() as session:
        assert session.query(Report).count() == 0
        assert session.query(Event).filter(Event.name == "received").count() == 0
