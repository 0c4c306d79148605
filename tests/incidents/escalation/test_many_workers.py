"""Any number of workers at once: each step is made by one of them; real ones may be killed as they work."""

import json
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.db import Database, open_engine
from app.core.models import Event
from app.incidents.escalation.run_step import fire
from app.incidents.escalation.set_timers import arm
from app.notifications.gateway.models import MEANS
from tests.support.workers import WorkerProcess

pytestmark = pytest.mark.both_engines


def steps(database):
    """Return how often each step was made: incident, ladder, round, step."""
    with database.read() as session:
        events = session.scalars(select(Event).where(Event.name == "escalated").order_by(Event.seq)).all()
    made = Counter()
    for event in events:
        details = json.loads(event.data)
        made[event.incident_id, details["ladder"], details["round"], details["step"]] += 1
    return made


def test_four_workers_at_once_make_each_step_once(desk, settings, clock):
    incidents = [desk.report("fire") for _ in range(30)]
    faults = []

    def work():
        database = Database(open_engine(settings.sqlalchemy_url))
        try:
            while arm(database) | fire(database, MEANS):
                pass
        except Exception as fault:  # noqa: BLE001  whatever it was, the test must see it
            faults.append(fault)
        finally:
            database.engine.dispose()

    for seconds in (0, 16, 15, 30):
        clock.forward(seconds=seconds)
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    made = steps(desk.database)
    assert faults == []
    assert set(made.values()) == {1}
    assert len(made) == 3 * len(incidents)


@pytest.mark.engine("sqlite")
def test_a_killed_worker_s_steps_are_made_once_by_the_others(desk, settings, database, clock):
    """Two real processes; one is killed when the first step is due, and started anew. How late: random histories.

    The reports are filed by a clock that is slow, so that their first step is due soon; the workers' clocks are right.
    """
    first, other = WorkerProcess(settings).start(), WorkerProcess(settings).start()
    try:
        clock.forward(seconds=-13)
        begun = clock.at
        incidents = [desk.report("fire") for _ in range(10)]
        due = begun + timedelta(seconds=15)
        time.sleep(max(0.0, (due - now()).total_seconds()))
        first.kill()
        first.start()
        until = time.monotonic() + 30
        while len(steps(database)) < len(incidents):
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        first.stop()
        other.stop()
    made = steps(database)
    assert set(made.values()) == {1}
    went = now() - begun  # on a slow machine the next steps may be due before both have ended
    may = [step for step, after_s in ((1, 15), (2, 30), (3, 60)) if went >= timedelta(seconds=after_s)]
    assert set(made) >= {(incident, "unopened", 1, 1) for incident in incidents}
    assert set(made) <= {(incident, "unopened", 1, step) for incident in incidents for step in may}
