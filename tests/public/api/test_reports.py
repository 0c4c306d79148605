"""The report contract: acknowledged once, equal for ever, refused only for what cannot be understood."""

import json
import threading
import uuid

import pytest
from sqlalchemy import select, text

from app.core.models import Event
from app.eventlog.log import GENESIS, NewEvent, link, lock_head, tail

pytestmark = pytest.mark.both_engines

FIRE = {
    "kind": "fire",
    "location": {"lat": 0.1331, "lon": 117.4902, "accuracy_m": 18, "source": "gps", "age_s": 4},
    "description": "Api di dapur",
    "answers": {"people_trapped": "yes"},
    "made_at": "2026-11-23T10:15:02+08:00",
    "contact": {"name": None, "phone": "+6281234567890", "may_call": True},
    "locale": "id",
}
HOSTILE_WORDS = [
    "\x00",
    "a\x00b",
    "\ud800",
    "'; DROP TABLE report; --",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} %s %n",
    "\u202e\u200b\ufeff",
    "\U0001d56c" * 5000,
    "x" * 60_000,
    "../../etc/passwd",
    "-1e309",
]
ODD_VALUES = [None, True, -1, 1e308, [], {}, [[[]]], {"a": {"b": {}}}]


def send(client, body, key=None, **headers):
    content = body if isinstance(body, (str, bytes)) else json.dumps(body)
    named = {"Idempotency-Key": key} if key else {}
    return client.post(
        "/api/v1/reports", data=content, headers=named | headers, content_type="application/json"
    )


def count(database, table="report"):
    with database.read() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}"))


def test_a_report_is_acknowledged_with_all_that_is_promised(client):
    answer = send(client, FIRE, str(uuid.uuid4()))
    assert answer.status_code == 201
    assert set(answer.json) == {
        "id",
        "number",
        "state",
        "received_at",
        "track_url",
        "track_token",
        "priority",
        "advice",
    }
    assert (answer.json["number"], answer.json["state"], answer.json["priority"]) == ("B-0001", "received", 1)


def test_its_sender_can_follow_it_and_nobody_else(client):
    received = send(client, FIRE).json
    address = f"/api/v1/reports/{received['id']}"
    mine = client.get(address, headers={"Authorization": f"Bearer {received['track_token']}"})
    assert [rung["name"] for rung in mine.json["ladder"]] == ["received"]
    refused = [
        client.get(address),
        client.get(address, headers={"Authorization": "Bearer " + "0" * 64}),
        client.get(
            f"/api/v1/reports/{uuid.uuid4()}", headers={"Authorization": f"Bearer {received['track_token']}"}
        ),
    ]
    assert {answer.status_code for answer in refused} == {401}
    assert len({answer.data for answer in refused}) == 1


def test_only_the_kind_is_needed(client):
    assert send(client, {"kind": "flood"}).status_code == 201


def test_a_kind_nobody_knows_is_kept_as_a_word(client, database):
    assert send(client, {"kind": "ufo"}).status_code == 201
    with database.read() as session:
        assert tuple(session.execute(text("SELECT kind, kind_word FROM report")).one()) == ("other", "ufo")


def test_the_same_report_again_has_the_same_answer(client, database):
    key = str(uuid.uuid4())
    first, again = send(client, FIRE, key), send(client, FIRE | {"pad": "x" * 900}, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert count(database) == 1


def test_another_report_under_the_same_key_is_refused(client, database):
    key = str(uuid.uuid4())
    send(client, FIRE, key)
    answer = send(client, FIRE | {"description": "Lain"}, key)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")
    assert count(database) == 1


def test_fifty_at_once_under_one_key_are_one_report(app, database):
    key, answers, start = str(uuid.uuid4()), [], threading.Barrier(50)

    def send_report():
        start.wait()
        answers.append(send(app.test_client(), FIRE, key))

    threads = [threading.Thread(target=send_report) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.data for answer in answers}) == 1
    assert (count(database), count(database, "incident"), count(database, "event")) == (1, 1, 1)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ("{", None),
        ("[]", None),
        (FIRE | {"location": {"lat": 91, "lon": 0}}, "/location/lat"),
        (FIRE | {"location": {"lat": 0.1}}, None),
        ('{"kind": "fire", "location": {"lat": NaN, "lon": 1}}', None),
        (FIRE | {"kind": 3}, "/kind"),
        ("[" * 20_000, None),
        (b"\xff\xfe{\x00", None),
    ],
)
def test_what_cannot_be_understood_is_named_and_not_echoed(client, database, body, pointer):
    answer = send(client, body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert pointer is None or pointer in {fault["pointer"] for fault in answer.json["errors"]}
    assert "Api di dapur" not in answer.text
    assert count(database) == 0


def test_more_than_64_kib_is_too_much(client):
    assert send(client, json.dumps({"kind": "fire", "pad": "x" * 65_536})).status_code == 413


@pytest.mark.parametrize(
    "field", ["description", "kind", "locale", "made_at", "landmark", "name", "phone", "answer"]
)
def test_hostile_words_are_stored_or_refused_and_break_nothing(client, field):
    for words in HOSTILE_WORDS:
        assert send(client, hostile(field, words)).status_code in {201, 413, 422}, words[:40]


def hostile(field, words):
    return FIRE | {
        "landmark": {"location": FIRE["location"] | {"landmark": words}},
        "name": {"contact": FIRE["contact"] | {"name": words}},
        "phone": {"contact": FIRE["contact"] | {"phone": words}},
        "answer": {"answers": {words[:100]: words}},
    }.get(field, {field: words})


@pytest.mark.parametrize("field", [*FIRE, "pad", "unknown"])
def test_odd_values_are_stored_or_refused_and_break_nothing(client, field):
    for value in ODD_VALUES:
        assert send(client, FIRE | {field: value}).status_code in {201, 413, 422}, value


@pytest.mark.parametrize(
    "device", ["", "x", "a.b", f"5c3aa5cf-c87a-4d1a-8467-717513a44cab.{'0' * 32}", "ä" * 9, "." * 5000]
)
def test_a_strange_device_or_key_never_costs_a_report(client, device):
    headers = {"Siaga-Device": device.encode().decode("latin-1")}
    assert send(client, {"kind": "fire"}, "no-uuid", **headers).status_code == 201


def test_while_the_database_is_held_the_answer_is_to_call_112_and_nothing_is_lost(client, database):
    key = str(uuid.uuid4())
    with database.write() as session:
        lock_head(session)
        answer = send(client, FIRE, key)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert "112" in answer.json["detail"]
    assert send(client, FIRE, key).status_code == 201
    assert count(database) == 1


def test_every_link_of_the_log_is_the_hash_of_what_it_says(client, database):
    for number in range(5):
        send(client, FIRE | {"description": str(number)})
        send(client, {"kind": "Banjir rob é", "location": {"source": "kelurahan", "kelurahan": "Loktuan"}})
    with database.read() as session:
        stored = session.scalars(select(Event).order_by(Event.seq)).all()
    previous = GENESIS
    for event in stored:
        received = NewEvent(
            name=event.name,
            at=event.at,
            actor=event.actor,
            actor_id=event.actor_id,
            incident_id=event.incident_id,
            report_id=event.report_id,
        )
        previous = link(previous, event.seq, tail(received, event.data))
        assert event.hash == previous
    assert len(stored) == 10
