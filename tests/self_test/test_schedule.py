"""When the daily test is due, when it is late, and who may mark a report as one."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.ids import new_id
from app.reports.models import Report
from app.self_test import HEADER, PURPOSE
from app.self_test.models import LEGS, CanaryRun
from app.self_test.run import DEAD, begin
from app.self_test.status import AGAIN_AFTER, LATE_AFTER, is_due, standing

DAY = timedelta(hours=24)


def keep(database, ago, legs=LEGS, *, ended=True):
    at = now() - ago
    with database.write() as session:
        run = CanaryRun(id=new_id(), started_at=at, ended_at=at if ended else None)
        run.legs = json.dumps({leg: at.isoformat() for leg in legs})
        session.add(run)
        session.flush()
        return run.id


@pytest.mark.parametrize(
    ("ago", "legs", "ended", "due"),
    [
        (DAY - timedelta(minutes=1), LEGS, True, False),
        (DAY + timedelta(minutes=1), LEGS, True, True),
        (AGAIN_AFTER - timedelta(seconds=10), LEGS[:3], True, False),
        (AGAIN_AFTER + timedelta(seconds=10), LEGS[:3], True, True),
        (AGAIN_AFTER - timedelta(seconds=10), (), False, False),
        (AGAIN_AFTER + timedelta(seconds=10), (), False, True),
    ],
)
def test_a_test_is_made_daily_and_after_a_fault_soon_again(database, ago, legs, ended, due):
    keep(database, ago, legs, ended=ended)
    with database.read() as session:
        assert is_due(session, 24) is due
        assert not is_due(session, 0)
    assert (begin(database, 24) is not None) is due
    assert begin(database, 24) is None, "the one that has just begun is the one"


def test_one_that_never_ends_is_no_result_and_what_it_left_is_removed(client, app, database):
    assert begin(database, 24) is not None
    with database.read() as session:
        assert standing(session, 24) is None
    left = keep(database, DEAD + timedelta(minutes=6), (), ended=False)
    send_report(client, app, left, app.secrets.sign(PURPOSE, left))
    with database.write() as session:
        for run in session.scalars(select(CanaryRun).where(CanaryRun.id != left)):
            session.delete(run)
    assert begin(database, 24) is not None
    with database.read() as session:
        assert session.scalars(select(Report)).all() == []


def test_a_test_that_does_not_come_is_an_alarm(inside, database):
    desk = inside("operator")
    keep(database, DAY + LATE_AFTER - timedelta(minutes=1))
    assert desk.get("/console/api/watch").json["words"] == ""
    with database.write() as session:
        session.scalars(select(CanaryRun)).one().started_at -= timedelta(minutes=2)
    assert "Uji harian terakhir" in desk.get("/console/api/watch").json["words"]


def test_nobody_else_can_send_a_report_that_rings_nobody(client, app, database):
    key, other = new_id(), new_id()
    signed = app.secrets.sign(PURPOSE, key)
    send_report(client, app, other, signed)
    send_report(client, app, new_id(), "")
    send_report(client, app, new_id(), "é" * 64)
    with database.read() as session:
        assert set(session.scalars(select(Report.simulation))) == {False}
    send_report(client, app, key, signed)
    with database.read() as session:
        assert session.scalars(select(Report.key).where(Report.simulation)).all() == [key]


def send_report(client, app, key, signature):
    headers = {"Idempotency-Key": key, HEADER: signature}
    assert client.post("/api/v1/reports", json={"kind": "fire"}, headers=headers).status_code == 201


def test_the_page_is_sealed_never_kept_and_tells_nothing_of_what_is_going_on(client):
    answer = client.get("/status")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert 'href="tel:112"' in answer.text
