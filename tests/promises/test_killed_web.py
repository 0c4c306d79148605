"""The web process may be killed at any moment: every acknowledged report is there once, none twice."""

import http.client
import json
import random
import threading
import time
import uuid

import pytest
from sqlalchemy import text

from tests.support.system import free_ports
from tests.support.web import Web

pytestmark = pytest.mark.both_engines

CLIENTS = 16


class Phone(threading.Thread):
    """A phone that sends its reports one after the other, each again and again until it is acknowledged."""

    def __init__(self, port: int, count: int) -> None:
        super().__init__(daemon=True)
        self.port, self.keys = port, [str(uuid.uuid4()) for _ in range(count)]
        self.acknowledged: dict[str, str] = {}
        self.replays = self.cut_off = 0

    def run(self) -> None:
        connection = None
        for key in self.keys:
            while key not in self.acknowledged:
                try:
                    connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                    self._send(connection, key)
                except (OSError, http.client.HTTPException):
                    self.cut_off += 1
                    connection = None
                    time.sleep(0.05)

    def _send(self, connection: http.client.HTTPConnection, key: str) -> None:
        body = json.dumps({"kind": "flood", "description": key})
        connection.request("POST", "/api/v1/reports", body, {"Idempotency-Key": key})
        answer = connection.getresponse()
        document = json.loads(answer.read())
        assert answer.status in {200, 201, 503}, answer.status
        if answer.status != 503:
            self.acknowledged[key] = document["id"]
            self.replays += answer.status == 200


@pytest.mark.timeout(900)
def test_killed_at_twenty_points_it_keeps_every_acknowledged_report_once(settings, database, long):
    """10,000 reports and 20 kills with --all, 2,000 and 4 without."""
    reports_sent, kills, patience_s = (10_000, 20, 1.0) if long else (2_000, 4, 0.25)
    web = Web(settings.data, free_ports(), database_url=settings.database_url).start()
    phones = [Phone(web.port, reports_sent // CLIENTS) for _ in range(CLIENTS)]
    for phone in phones:
        phone.start()
    try:
        for _ in range(kills):
            time.sleep(random.uniform(0.1, patience_s))
            web.kill()
            web.start()
        for phone in phones:
            phone.join(600)
    finally:
        web.stop()
    assert sum(phone.cut_off for phone in phones) >= kills
    received = {key: report for phone in phones for key, report in phone.acknowledged.items()}
    assert len(received) == reports_sent
    with database.read() as session:
        stored = {str(row.key): str(row.id) for row in session.execute(text("SELECT key, id FROM report"))}
        reports = session.scalar(text("SELECT count(*) FROM report"))
        incidents = session.scalar(text("SELECT count(*) FROM incident"))
        events, last = session.execute(text("SELECT count(*), max(seq) FROM event")).one()
        numbers = session.scalar(text("SELECT count(*) FROM (SELECT DISTINCT day, number FROM report) AS n"))
    assert stored == received
    assert reports == incidents == events == last == numbers == reports_sent
