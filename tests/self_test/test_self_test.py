"""The daily test walks the three real processes, says which leg is dead, and leaves nothing behind."""

import os
import re
import signal
from contextlib import contextmanager
from urllib.request import urlopen

import pytest
from sqlalchemy import delete, func, select

from app.accounts.models import Device
from app.core.heartbeat import SILENT_AFTER
from app.core.i18n import LOCALES, say
from app.core.models import Event, Heartbeat
from app.incidents.escalation.models import Clock
from app.incidents.models import Incident
from app.notifications.gateway.models import Ring
from app.notifications.webpush.models import Notification, PushSubscription
from app.reports.models import Report
from app.self_test.models import LEGS, CanaryRun
from app.self_test.status import standing
from config import Settings
from tests.support.commands import run_command

DEAD = {"worker": ("outbox", "worker"), "live": ("stream",)}
"""Process that is killed → legs that the test misses."""
EMPTY = (Report, Incident, Device, PushSubscription, Notification, Clock, Ring)


@pytest.fixture
def system(shared_system):
    """One running system for all of these tests; every process is back when a test begins."""
    shared_system.wait_until(lambda: is_whole(shared_system))
    return shared_system


@pytest.fixture
def settings(system):
    return Settings(data=system.data, database_url=system.database_url)


@pytest.fixture
def canary(system):
    """`canary()`: run the command against the running system; returns it finished."""

    return lambda: run_command("canary", environment=system.environment)


def is_whole(system):
    """Whether every process was heard of, and the stream answers: it is heard of a moment before."""
    return system.get("/readyz") == 200 and system.get("/healthz", port=system.port + 1) == 200


@contextmanager
def without(system, name):
    """Kill one process while its supervisor cannot start it anew."""
    os.kill(system.process.pid, signal.SIGSTOP)
    try:
        system.kill(name)
        yield
    finally:
        os.kill(system.process.pid, signal.SIGCONT)


def page(system, language="id"):
    with urlopen(f"{system.url}/status?lang={language}") as answer:
        return answer.read().decode()


def missed(database):
    with database.read() as session:
        return standing(session, 24).missed


def counts(database):
    with database.read() as session:
        return {table.__name__: session.scalar(select(func.count()).select_from(table)) for table in EMPTY}


def make_old(database, name):
    """Let the last heartbeat of a dead process grow old."""
    with database.write() as session:
        beat = session.get_one(Heartbeat, name)
        beat.at -= SILENT_AFTER


def last_event(database):
    with database.read() as session:
        return session.scalar(select(func.coalesce(func.max(Event.seq), 0)))


def test_a_report_of_nobody_walks_the_whole_chain_and_is_gone(system, database, canary):
    with database.write() as session:
        session.execute(delete(CanaryRun))
    before, seq = counts(database), last_event(database)
    assert say("id", "canary.page.never") in page(system)
    done = canary()
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert re.findall(r"^\d\d:\d\d:\d\d WITA (\w+)", done.stdout, re.MULTILINE) == list(LEGS)
    assert counts(database) == before
    with database.read() as session:
        names = session.scalars(
            select(Event.name).where(Event.incident_id.is_not(None), Event.seq > seq).order_by(Event.seq)
        ).all()
    assert names == ["received", "push_failed", "simulation_removed"]
    assert missed(database) == ()
    for language in LOCALES:
        shown = page(system, language)
        assert say(language, "canary.page.fine") in shown
        assert shown.count(say(language, "canary.page.reached", at="")[:6]) >= len(LEGS)
        assert "<script" not in shown


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    "process", [pytest.param(name, marks=[pytest.mark.long] * (name == "worker")) for name in DEAD]
)
def test_a_dead_process_is_named_on_every_console_and_on_the_page(system, database, canary, inside, process):
    legs = DEAD[process]
    desk = inside("operator")
    assert desk.get("/console/api/watch").json["words"] == ""
    before = counts(database)
    with without(system, process):
        done = canary()
        assert done.returncode == 1
        assert re.findall(r"^MISSED +(\w+)", done.stdout, re.MULTILINE) == list(legs)
        report = desk.get("/console/api/watch").json
        words_shown = report["words"]
        assert report["rings"] is True
        for leg in legs:
            assert say("id", f"canary.leg.{leg}") in words_shown
        row = rf"{say('id', f'canary.part.{process}')}</dt>\s*<dd>\s*<strong>{say('id', 'canary.page.down')}"
        make_old(database, process)
        shown = page(system)
        assert re.search(row, shown)
        assert say("id", "canary.page.broken") in shown
        assert shown.count(f"<strong>{say('id', 'canary.page.missed')}</strong>") == len(legs)
    assert counts(database) == before
    system.wait_until(lambda: is_whole(system))
    assert canary().returncode == 0
    assert desk.get("/console/api/watch").json["words"] == ""


@pytest.mark.engine("sqlite")
def test_nothing_listens_and_the_alarm_names_the_first_leg(system, database, canary):
    with without(system, "web"):
        assert canary().returncode == 1
    assert missed(database) == ("web", "incident", "stream", "outbox")
