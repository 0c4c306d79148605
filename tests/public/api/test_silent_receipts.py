"""Her receipt opens her case, and nothing else does."""

import json
import os

import pytest
from sqlalchemy import text

from app.core.clock import as_if, now
from app.core.ids import new_id
from app.silent.case_log import NewLogEntry, append_log_entries, first_broken_entry, log_of_case
from app.silent.crypto.signed_roster import b64, unb64
from app.silent.encrypted_fields import load_master_key, summary_of
from app.silent.models import SilentCase
from app.silent.sealed_models import SealedItem, SealedWrap
from tests.support.receipt_holder import She


def test_she_sees_how_far_it_is_and_who_looked_how_often(she, database):
    with database.write() as session:
        append_log_entries(
            session,
            *(
                NewLogEntry(
                    name=name, at=now(), actor="staff", actor_id=new_id(), case_id=she.id, data=details
                )
                for name, details in (
                    ("viewed", {"viewer": "operator"}),
                    ("viewed", {"viewer": "police"}),
                    ("unsealed", {"viewer": "counsellor", "item": new_id()}),
                    ("recovered", {"items": 1}),
                    ("taken", {}),
                )
            ),
        )
    received = she.ask()
    assert received.status_code == 200
    assert received.json["state"] == "received"
    assert received.json["key"] == she.key
    assert received.json["opened"] == 4
    assert [view["who"] for view in received.json["views"]] == [
        "recovery",
        "counsellor",
        "police",
        "operator",
    ]
    assert set(received.json["views"][0]) == {"at", "who"}
    assert received.json["contact"]["channel"] == "none"
    assert len(received.data) % 16_384 == 0


def test_words_go_both_ways_sealed(she, database):
    item, answer = she.write("Saya aman sampai jam tujuh")
    assert answer.status_code == 201
    again = she.ask("/items", id=item, purpose="chat", sealed=she.sealed("x", f"chat|{item}"))
    assert (again.status_code, again.json["code"]) == (422, "invalid")
    items = she.ask().json["items"]
    assert [(row["id"], row["author"], she.read(row)) for row in items] == [
        (item, "reporter", "Saya aman sampai jam tujuh")
    ]
    with database.read() as session:
        keys = set(
            session.scalars(text("SELECT key_id FROM sealed_wrap WHERE sealed_id = :id"), {"id": item})
        )
        assert keys == {she.seals.id, she.key_id}
        assert "wrote" in [link.name for link in log_of_case(session, she.id)]
        assert first_broken_entry(session) is None


def test_the_same_item_twice_is_one(she):
    item = new_id()
    sealed = she.sealed("Sekali", f"chat|{item}", to_her=True)
    first = she.ask("/items", id=item, purpose="chat", sealed=sealed)
    second = she.ask("/items", id=item, purpose="chat", sealed=sealed)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert len(she.ask().json["items"]) == 1


def test_an_answer_shows_who_reads_only_to_who_reads(she):
    """The envelope that comes back has one wrap that opens; the others are blank."""
    _, answer = she.write("Hanya kita")
    assert answer.status_code == 201
    envelope = she.ask().json["items"][0]["envelope"]
    assert bytes.fromhex(she.seals.id) not in unb64(envelope)


def test_she_changes_how_she_may_be_reached(she, database, secrets):
    wanted = {"channel": "sms", "from_hour": 8, "until_hour": 11, "code_word": True}
    assert she.ask("/contact", contact=wanted).status_code == 200
    assert she.ask().json["contact"] == wanted
    with database.read() as session:
        assert summary_of(load_master_key(secrets), session.get(SilentCase, she.id)).contact.channel == "sms"
    refused = she.ask("/contact", contact={"channel": "merpati"})
    assert refused.status_code == 422
    assert "merpati" not in refused.text


@pytest.mark.parametrize("wrong", ["lookup", "proof", "both"])
def test_a_wrong_receipt_is_nobodys(she, wrong):
    other = {name: b64(os.urandom(32)) for name in ("lookup", "proof") if wrong in {name, "both"}}
    for door, more in {
        "": {},
        "/items": {"id": new_id(), "purpose": "chat", "sealed": she.sealed("x", "chat|x")},
        "/chunks": {"file": new_id(), "index": 0, "final": True, "content": "A" * 64},
        "/contact": {"contact": {"channel": "none"}},
        "/erase": {},
    }.items():
        answer = she.ask(door, **more, **other)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
        assert len(answer.data) == 16_384


def test_ten_wrong_a_minute_are_answered_and_the_right_one_always(she, clock):
    def wrong(address="192.0.2.1"):
        return she.ask(lookup=b64(os.urandom(32)), address=address).status_code

    assert [wrong() for _ in range(12)] == [404] * 10 + [429] * 2
    assert she.ask().status_code == 200
    assert wrong("192.0.2.2") == 404
    assert she.write("Masih bisa")[1].status_code == 201
    clock.forward(seconds=75)
    assert wrong() == 404


def test_a_hundred_wrong_in_all_are_enough_and_cost_no_write(she, listen):
    for number in range(10):
        for _ in range(10):
            she.ask(lookup=b64(os.urandom(32)), address=f"198.51.100.{number}")
    written = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    listen(she.client.application.database.engine, "before_cursor_execute", note)
    for number in range(20):
        assert she.ask(lookup=b64(os.urandom(32)), address=f"203.0.113.{number}").status_code == 429
    assert not written
    assert she.ask(address="203.0.113.200").status_code == 200


def test_one_ipv6_household_is_one_address(she):
    for number in range(10):
        assert she.ask(proof=b64(os.urandom(32)), address=f"2001:db8:1:2::{number}").status_code == 404
    assert she.ask(proof=b64(os.urandom(32)), address="2001:db8:1:2:ffff::1").status_code == 429
    assert she.ask(proof=b64(os.urandom(32)), address="2001:db8:1:3::1").status_code == 404


def test_right_and_wrong_run_the_same_statements(she, listen):
    """By construction they take the same time; a stopwatch in a test would only tell of the machine."""
    shown = []

    def note(_connection, _cursor, statement, *_rest):
        shown.append(statement.split()[0].upper())

    listen(she.client.application.database.engine, "before_cursor_execute", note)
    listen(she.client.application.database.engine, "commit", lambda _connection: shown.append("COMMIT"))

    def statements(**more):
        shown.clear()
        she.ask(**more)
        return [word for word in shown if word not in {"RELEASE", "ROLLBACK"}]

    she.ask()
    right = statements()
    assert len(right) > 10
    assert statements(lookup=b64(os.urandom(32))) == right
    assert statements(proof=b64(os.urandom(32))) == right


def test_openings_of_hers_are_noted_once_in_a_while(she, database):
    moment = now()
    for seconds in (0, 15, 30, 16 * 60, 16 * 60 + 15):
        with as_if(moment.replace(microsecond=0).fromtimestamp(moment.timestamp() + seconds, moment.tzinfo)):
            assert she.ask().status_code == 200
    with database.read() as session:
        names = [link.name for link in log_of_case(session, she.id)]
    assert names.count("receipt_opened") == 2


def test_erasing_destroys_every_wrap(she, database, data_folder):
    she.write("Hapus ini")
    file = new_id()
    assert she.send_piece(file, 0, os.urandom(100), final=True).status_code == 201
    assert (data_folder / "sealed" / file / "0").exists()
    assert she.ask("/erase").status_code == 200
    with database.read() as session:
        assert session.query(SealedWrap).count() == 0
        assert not any(item.body for item in session.query(SealedItem))
        case = session.get(SilentCase, she.id)
        assert case.block_content is not None, "help is still on its way"
        erased = [link for link in log_of_case(session, she.id) if link.name == "erased"]
        assert json.loads(erased[0].data) == {"block": False, "files": 1, "wraps": 3}
    assert not (data_folder / "sealed" / file).exists()
    assert she.ask().json["items"] == []


@pytest.mark.engine("sqlite")
def test_what_was_erased_is_not_in_the_file_of_the_database(she, database, data_folder):
    she.write("Hapus ini")
    with database.read() as session:
        wraps = [row.wrap for row in session.query(SealedWrap)]
    on_disk = b"".join(file.read_bytes() for file in data_folder.glob("siaga.sqlite3*"))
    assert all(wrap in on_disk for wrap in wraps), "the search itself works"
    assert she.ask("/erase").status_code == 200
    on_disk = b"".join(file.read_bytes() for file in data_folder.glob("siaga.sqlite3*"))
    assert not any(wrap[:32] in on_disk for wrap in wraps)


def test_a_closed_case_that_is_erased_loses_its_block_too(she, database):
    with database.write() as session:
        case = session.get(SilentCase, she.id)
        case.state, case.closed_at = "closed", now()
    assert she.ask("/erase").status_code == 200
    received = she.ask().json
    assert (received["state"], received["contact"]) == ("closed", None)
    assert she.ask("/contact", contact={"channel": "call"}).status_code == 409


def test_another_womans_case_stays_hers(she):
    other = She(she.client, she.seals).call_for_help()
    item, _ = she.write("Milik saya")
    sealed = other.sealed("Bukan", f"chat|{item}", to_her=True)
    assert other.ask("/items", id=item, purpose="chat", sealed=sealed).status_code == 422
    file = new_id()
    assert she.send_piece(file, 0, b"x" * 40).status_code == 201
    assert other.send_piece(file, 1, b"x" * 40).status_code == 404
    assert other.ask().json["items"] == []
