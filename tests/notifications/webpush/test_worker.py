"""The worker says that it lives, does what the clock asks, and ends without losing anything."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import jobs
from app.core.clock import now
from app.core.ids import new_id
from app.core.models import Heartbeat, Job
from app.incidents.models import CallBeacon
from app.worker.main import Worker
from app.worker.tasks import BEACON_KEPT, DUTIES, Duty, Tools, erase_beacons, erase_jobs
from tests.support.workers import worker

pytestmark = pytest.mark.both_engines

__all__ = ["worker"]


def test_it_sends_within_a_moment_and_says_that_it_lives(town, worker):
    def lives() -> bool:
        with town.database.read() as session:
            beat = session.get(Heartbeat, "worker")
        return beat is not None and now() - beat.at < timedelta(seconds=5)

    _until(lives)
    phone = town.phone()
    town.open(phone, town.staff())
    town.pushes.wait_for(1)
    _until(lambda: town.states() == ["sent"])
    _until(lives)


def test_told_to_end_it_writes_down_what_is_under_way(town, worker):
    town.pushes.delay_s = 0.8
    phone = town.phone()
    town.open(phone, town.staff())
    _until(lambda: [row.attempts for row in town.outbox()] == [1])
    assert worker.stop() == 0
    assert town.states() == ["sent"]
    assert len(town.pushes.taken) == 1


def test_a_job_of_a_name_nobody_knows_fails_visibly_and_later(town, worker):
    with town.database.write() as session:
        job_id = jobs.put(session, "nobody_does_this", {})

    def tried() -> bool:
        with town.database.read() as session:
            return session.get_one(Job, job_id).error == "KeyError"

    _until(tried)


def test_where_callers_were_is_erased_after_an_hour(settings, secrets, database):
    tools = Tools(settings, secrets, database)
    with database.write() as session:
        for age in (timedelta(minutes=59), BEACON_KEPT + timedelta(seconds=1)):
            session.add(CallBeacon(id=new_id(), lat=0.1, lon=117.5, at=now() - age))
    erase_beacons(tools)
    with database.read() as session:
        (left,) = session.execute(text("SELECT COUNT(*) FROM call_beacon")).one()
    assert left == 1


def test_done_jobs_are_erased_and_failed_ones_stay(settings, secrets, database):
    tools, old = Tools(settings, secrets, database), now() - timedelta(days=8)
    with database.write() as session:
        for state in ("done", "failed", "waiting"):
            session.add(
                Job(id=new_id(), name="x", payload="{}", state=state, created_at=old, run_at=old, attempts=0)
            )
    erase_jobs(tools)
    with database.read() as session:
        assert set(session.scalars(text("SELECT state FROM job"))) == {"failed", "waiting"}


def _until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_one_duty_that_fails_keeps_no_other_from_its_turn(settings, secrets, database, monkeypatch):
    turns = []
    broken = Duty(0.0, lambda tools: 1 / 0)
    monkeypatch.setattr("app.worker.main.DUTIES", {"broken": broken, "sound": Duty(0.0, turns.append)})
    first = Worker(Tools(settings, secrets, database))
    first.do_duties()
    first.do_duties()
    assert len(turns) == 2


def test_room_on_the_disk_is_looked_after_first():
    assert next(iter(DUTIES)) == "keep_disk"
