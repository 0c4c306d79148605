"""Somebody who is not the worker watches it: every console says so when the worker is silent."""

import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import ROLES, Staff
from app.accounts.seed import first_staff
from app.accounts.staff import set_cleared
from app.core.clock import now
from app.core.heartbeat import SILENT_AFTER, beat, last_beats
from app.worker.main import SILENT_S, Worker
from app.worker.tasks import Tools
from tests.support.phone import wait_for
from tests.support.workers import WorkerProcess

pytestmark = pytest.mark.both_engines

BAR = "Sistem latar diam sejak"
PAGES = {"agency": "/console/tugas", "administrator": "/console/staf"}


def test_every_console_says_that_the_worker_is_silent(inside, database, clock):
    beat(database, "worker")
    people = {role: inside(role, "damkar" if role == "agency" else None) for role in ROLES}
    for role, item in people.items():
        assert BAR not in item.get(PAGES.get(role, "/console/instansi")).text
    clock.forward(seconds=11)
    for role, entry in people.items():
        assert BAR in entry.get(PAGES.get(role, "/console/instansi")).text, role
        assert entry.get("/console/api/watch").json["words"].startswith(BAR)
    beat(database, "worker")
    assert people["operator"].get("/console/api/watch").json["words"] == ""


def test_looking_by_itself_is_no_sign_of_life(inside, clock):
    first = inside("operator")
    for _ in range(4):
        clock.forward(minutes=9)
        answer = first.get("/console/api/watch", headers={"Accept": "application/json"})
    assert answer.status_code == 401


@pytest.mark.engine("sqlite")
def test_a_worker_whose_clocks_stand_still_does_not_say_that_it_lives(settings, secrets, database):
    worker = Worker(Tools(settings, secrets, database))
    worker._clocks.round_at -= SILENT_S + 1
    worker._beat()
    with database.read() as session:
        assert "worker" not in last_beats(session)
    worker._clocks.round_at = time.monotonic()
    worker._beat()
    with database.read() as session:
        assert now() - last_beats(session)["worker"] < timedelta(seconds=5)


def test_the_bar_appears_when_the_worker_is_killed(settings, inside, database, clock):
    """The real worker beats and dies; that nobody else beats for it: tests/self_test, with all three processes."""

    def beaten() -> datetime | None:
        with database.read() as session:
            return last_beats(session).get("worker")

    def bar() -> str:
        return operator.get("/console/api/watch").json["words"]

    operator, worker = inside("operator"), WorkerProcess(settings).start()
    try:
        wait_for(beaten)
        worker.kill()
        last = beaten()
        clock.at = last + SILENT_AFTER
        assert bar() == ""
        clock.forward(seconds=1)
        assert bar().startswith(BAR)
        worker.start()
        wait_for(lambda: beaten() > last)
        clock.at = beaten()
        assert bar() == ""
    finally:
        worker.stop()


def test_who_can_mend_it_is_told_that_silent_reports_reach_no_operator(inside, database, clock):
    beat(database, "worker")
    people = {role: inside(role, "damkar" if role == "agency" else None) for role in ROLES}
    received = {role for role, item in people.items() if item.get("/console/api/watch").json["words"]}
    assert received == {"supervisor", "administrator"}
    with database.write() as session:
        name = session.scalars(select(Staff.name).where(Staff.role == "operator")).one()
        set_cleared(session, name, cleared=True)
    assert {person.get("/console/api/watch").json["words"] for person in people.values()} == {""}


@pytest.mark.engine("sqlite")
def test_an_installation_begins_with_people_who_see_silent_reports(database):
    first_staff(database)
    with database.read() as session:
        cleared = session.execute(select(Staff.role, Staff.agency).where(Staff.cleared)).all()
    assert {("operator", None), ("agency", "polres"), ("agency", "uptdppa")} == {
        tuple(row) for row in cleared
    }
