"""A thousand incidents to which anything may happen, the worker's death at any statement included.

No due step is skipped, none is made twice, none comes more than two seconds late, and no phone rings twice
for one ring. The worker is its own stepping functions with a clock passed in; a killed one is found again
half a second later.
"""

import shutil
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import event, func, select

from app.agencies.models import Contact, OnCall
from app.core.clock import as_if, now
from app.core.db import Database, open_engine
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.incidents.escalation.models import Clock
from app.incidents.escalation.needed_rings import ring_is_needed
from app.incidents.escalation.run_step import fire
from app.incidents.escalation.set_timers import arm
from app.incidents.lifecycle import assignments
from app.notifications.gateway.claims import claim, record
from app.notifications.gateway.models import MEANS, Ring
from app.notifications.gateway.providers import Answer
from app.reports.intake import open_reception
from config import Settings
from tests.support.dispatchers import enter
from tests.support.incidents import Desk
from tests.support.oracle import Oracle

TOGETHER = 8
"""Incidents of one night: their clocks run side by side."""
TICK = timedelta(seconds=0.5)
"""How often a worker looks, and how soon the supervisor has started a killed one anew."""
AGENCIES = ("damkar", "bpbd", "polres")
KINDS = ("fire", "flood", "tree_down")
WHICH = st.integers(0, TOGETHER - 1)
KILLED_AT = st.integers(1, 20)
"""The statement of a round with something due before which its worker dies."""


class KilledError(Exception):
    """The worker's process is gone; what was not committed is undone."""


class Town:
    """One database for all histories, its people on call, and a telephone network that knows a repeated key."""

    def __init__(self, file):
        engine = open_engine(Settings(database_url=f"sqlite:///{file}").sqlalchemy_url)
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        event.listen(engine, "before_cursor_execute", self.statement)
        self.database, self.left, self.heard = Database(engine), None, Counter()
        self.desk = Desk(self.database, open_reception(self.database), enter("", file.parent).operator)
        self.at = now()
        self.histories = self.steps = self.deaths = 0
        with self.database.write() as session:
            for place, (agency, duty) in enumerate(
                (
                    (None, "supervisor"),
                    (None, "head"),
                    ("damkar", "first"),
                    ("damkar", "second"),
                    ("bpbd", "head"),
                )
            ):
                first = Contact(id=new_id(), agency=agency, name=duty, phone=f"+6281{place}")
                session.add(first)
                session.flush()
                line = {"duty": duty, "days": "1234567", "from_min": 0, "to_min": 0}
                session.add(OnCall(id=new_id(), contact_id=first.id, **line))

    def statement(self, *_):
        """Count down to the worker's death."""
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                raise KilledError

    def carry(self, parcel):
        known = parcel.key in self.heard
        self.heard[parcel.key] += not known
        return Answer("taken", "409" if known else "202")

    def work(self, killed_at):
        """One round of a worker, which may die in it; return whether it lived."""
        self.left = killed_at
        try:
            while arm(self.database) | fire(self.database, MEANS):
                pass
            for taken in claim(self.database, 8, ring_is_needed):
                record(self.database, taken.id, self.carry(taken.parcel))
        except KilledError:
            self.deaths += 1
            return False
        finally:
            self.left = None
        return True

    def next_due(self):
        with self.database.read() as session:
            dues = [session.scalar(select(func.min(Clock.due_at)))]
            dues.append(session.scalar(select(func.min(Ring.next_at)).where(Ring.state == "waiting")))
        return min((due for due in dues if due), default=None)


class History(RuleBasedStateMachine):
    """One night with its incidents, from their reports on; `town` is there before and behind it."""

    town: Town

    @initialize(kinds=st.lists(st.sampled_from(KINDS), min_size=TOGETHER, max_size=TOGETHER))
    def report(self, kinds):
        self.town.at += timedelta(hours=1)
        with as_if(self.town.at):
            self.incidents = [self.town.desk.report(kind) for kind in kinds]
        self.pass_by(timedelta(0), [])

    def act(self, work):
        """Let somebody press something now; what is refused changes nothing."""
        with as_if(self.town.at), suppress(Conflict, Invalid, NotFound):
            work()
        self.pass_by(timedelta(0), [])

    def pass_by(self, span, kills):
        """Let time go by, from one due moment to the next; `kills` are the deaths that wait for the worker."""
        until, kills, due = self.town.at + span, list(kills), None
        while True:
            doomed = kills and due is not None and due <= self.town.at
            with as_if(self.town.at):
                lived = self.town.work(kills.pop(0) if doomed else None)
                due = self.town.next_due() if lived else self.town.at
            coming = until if due is None else min(max(due, self.town.at + TICK), until)
            if self.town.at >= until and lived:
                return
            self.town.at = coming if lived else self.town.at + TICK

    @rule(
        seconds=st.sampled_from((1, 10, 14, 16, 31, 59, 62, 95, 200)), kills=st.lists(KILLED_AT, max_size=2)
    )
    def wait(self, seconds, kills):
        self.pass_by(timedelta(seconds=seconds), kills)

    @rule(which=WHICH, name=st.sampled_from(("open", "close", "reopen")))
    def press(self, which, name):
        more = {"resolution": "resolved"} if name == "close" else {}
        self.act(lambda: self.town.desk.move(self.incidents[which], name, **more))

    @rule(which=WHICH, to=st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=2, unique=True))
    def forward(self, which, to):
        self.act(lambda: self.town.desk.move(self.incidents[which], "open"))
        self.act(lambda: self.town.desk.move(self.incidents[which], "forward", to=to))

    @rule(which=WHICH, agency=st.sampled_from(AGENCIES))
    def lead(self, which, agency):
        self.act(lambda: self.town.desk.move(self.incidents[which], "lead", agency=agency))

    @rule(
        which=WHICH,
        agency=st.sampled_from(AGENCIES),
        name=st.sampled_from(("accept", "decline", "decline", "cancel")),
        reason=st.sampled_from(("no_unit", "not_ours", "duplicate")),
    )
    def answer(self, which, agency, name, reason):
        own = self.town.desk.assignments(self.incidents[which])
        if agency in own:
            why = assignments.Refusal(reason)
            self.act(lambda: self.town.desk.assignment(self.incidents[which], agency, name, why=why))

    def teardown(self):
        self.pass_by(timedelta(seconds=40), [])
        town = self.town
        for incident in self.incidents:
            found = Oracle(town.desk.incident(incident), town.desk.events(incident))
            assert found.verdict(town.at) == []
            town.steps += sum(len(wait.made) for wait in (*found.over, *found.waits.values()))
        with town.database.read() as session:
            rings = session.scalars(select(Ring).where(Ring.incident_id.in_(self.incidents))).all()
        assert {ring.state for ring in rings} <= {"taken", "bundled", "withdrawn"}
        assert all(town.heard[ring.id] == 1 for ring in rings if ring.state == "taken")
        assert all(town.heard[ring.id] <= 1 for ring in rings)
        town.histories += len(self.incidents)
        for item in self.incidents:
            with as_if(town.at), suppress(Conflict):
                town.desk.move(item, "open")
            with as_if(town.at), suppress(Conflict):
                town.desk.move(item, "close", resolution="resolved")


@pytest.mark.timeout(900)
@pytest.mark.engine("sqlite")
def test_a_thousand_nights_keep_every_promise(sqlite_template, data_folder, long):
    """1,000 histories with --all, 100 without."""
    histories = 1_000 if long else 100
    shutil.copyfile(sqlite_template, data_folder / "siaga.sqlite3")
    History.town = Town(data_folder / "siaga.sqlite3")
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=-(-histories // TOGETHER),
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    town = History.town
    town.database.engine.dispose()
    assert town.histories >= histories
    assert town.steps > 2 * histories
    assert town.deaths > histories // 20
