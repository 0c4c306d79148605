"""Acknowledged means stored, once: whatever is sent, however often, and while the database is away."""

import json
import threading
import uuid

import pytest
from sqlalchemy import text

from app import create_app
from app.core.secrets import make_secrets
from app.eventlog.log import GENESIS
from config import Settings

pytestmark = pytest.mark.both_engines

NAUGHTY = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"[" * 60_000,
    b"\xff\xfe\x00",
    '{"kind":"fire"}'.encode("utf-16"),
    b'{"kind":"fire","location":{"lat":91,"lon":0}}',
    b'{"kind":"fire","location":{"lat":0.1}}',
    b'{"kind":"fire","location":{"lat":NaN,"lon":1}}',
    b'{"kind":"fire","location":{"lat":1e999,"lon":1}}',
    b'{"kind":{"a":1}}',
    b'{"kind":"fire","answers":{"canary":7}}',
    b'{"kind":"fire","made_at":"0001-01-01T00:00:00+14:00"}',
    b'{"kind":"fire","description":"\\u0000canary\\ud83d"}',
    b'{"kind":"' + b"x" * 65_000 + b'"}',
)


def send_report(client, body, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/reports", data=body, headers=headers)


def counted(database, table="report"):
    with database.read() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}"))


def test_the_same_key_fifty_times_at_once_is_one_report(app, database):
    key, body, answers = str(uuid.uuid4()), b'{"kind":"fire"}', []
    crowd = [
        threading.Thread(target=lambda: answers.append(send_report(app.test_client(), body, key)))
        for _ in range(50)
    ]
    for item in crowd:
        item.start()
    for entry in crowd:
        entry.join()
    assert len({answer.data for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert counted(database) == counted(database, "incident") == 1


def test_padding_is_no_part_of_a_report_and_another_body_is_refused(client):
    key = str(uuid.uuid4())
    first = send_report(client, b'{"kind":"fire","pad":"x"}', key)
    assert send_report(client, b'{"kind":"fire","pad":"yyy"}', key).data == first.data
    other = send_report(client, b'{"kind":"flood"}', key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


def test_a_report_without_key_or_known_kind_is_stored(client, database):
    answer = send_report(client, json.dumps({"kind": "ufo"}).encode())
    assert answer.status_code == 201
    with database.read() as session:
        assert session.execute(text("SELECT kind, kind_word FROM report")).one() == ("other", "ufo")


@pytest.mark.parametrize("body", NAUGHTY, ids=range(len(NAUGHTY)))
def test_bad_input_is_stored_or_told_and_never_repeated(client, body):
    answer = send_report(client, body)
    assert answer.status_code in {201, 413, 422}
    if answer.status_code != 201:
        assert answer.mimetype == "application/problem+json"
        assert "canary" not in answer.text


def test_more_than_64_kib_is_too_large(client):
    assert send_report(client, b"{" + b" " * 65_536).status_code == 413


def test_every_report_is_a_link_of_one_chain(client, database):
    for _ in range(5):
        assert send_report(client, b'{"kind":"fire"}').status_code == 201
    with database.read() as session:
        events = session.execute(text("SELECT seq, hash FROM event ORDER BY seq")).all()
        head = session.execute(text("SELECT seq, hash FROM event_head")).one()
    assert [event.seq for event in events] == [1, 2, 3, 4, 5]
    assert tuple(events[-1]) == tuple(head)
    assert len({GENESIS, *(event.hash for event in events)}) == 6


def test_a_database_that_is_away_is_told_with_the_call_and_when_to_try_again(tmp_path):
    make_secrets(tmp_path)
    away = create_app(Settings(data=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none"))
    answer = send_report(away.test_client(), b'{"kind":"fire"}')
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "112" in answer.json["detail"]
