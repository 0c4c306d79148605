"""Whatever is merged and taken apart in whatever order: every report, photo, message and push is still there."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from app.accounts.models import Device, Staff
from app.core.clock import now
from app.core.db import Database
from app.core.errors import Conflict
from app.core.ids import new_id
from app.incidents.actor import Actor
from app.incidents.duplicates import merge as merging
from app.incidents.duplicates.merge import Pair
from app.incidents.models import Incident, Message
from app.incidents.reporter import messages
from app.incidents.reporter import status as reporter_status
from app.notifications.webpush.models import Notification, PushSubscription
from app.reports.intake import open_reception
from app.reports.models import Media, Report
from tests.support.incidents import Desk

PLACE = st.integers(0, 5)


class Mergings(RuleBasedStateMachine):
    """A street full of reports; `database` is seeded, and one for all streets: what it has compiled stays."""

    database: Database

    def __init__(self):
        super().__init__()
        staff = Staff(
            id=new_id(),
            name=f"o-{new_id()}",
            role="operator",
            agency=None,
            password_hash="none",
            created_at=now(),
        )
        with self.database.write() as session:
            session.add(staff)
        self.desk = Desk(self.database, open_reception(self.database), Actor.of(staff))
        self.reports, self.incidents, self.ladders = [], [], {}
        self.photos, self.words, self.pushes = {}, {}, {}
        for _ in range(2):
            self.report("fire", False)

    @rule(kind=st.sampled_from(("fire", "flood")), forwarded=st.booleans())
    def report(self, kind, forwarded):
        if len(self.incidents) > 5:
            return
        incident_id = self.desk.forwarded(kind) if forwarded else self.desk.report(kind)
        report_id = self.desk.report_of(incident_id)
        self.incidents.append(incident_id)
        self.reports.append(report_id)
        device, moment = new_id(), now()
        with self.desk.database.write() as session:
            session.add(Device(id=device, secret_hash="x", first_seen_at=moment))
            session.flush()
            session.get_one(Report, report_id).device_id = device
            session.add(
                PushSubscription(
                    id=new_id(),
                    device_id=device,
                    endpoint=f"https://push.example/{device}",
                    p256dh="x",
                    auth="x",
                    locale="id",
                    created_at=moment,
                    renewed_at=moment,
                )
            )

    @rule(item=PLACE, other=PLACE)
    def merge(self, item, other):
        first, second = (self.incidents[place % len(self.incidents)] for place in (item, other))
        if first == second:
            return
        pair = Pair(first, self.desk.incident(first).version, second, self.desk.incident(second).version)
        try:
            with self.desk.database.write() as session:
                merging.merge(session, self.desk.operator, pair)
        except Conflict:
            return

    @rule(first=PLACE, which=PLACE)
    def unmerge(self, first, which):
        incident_id = self.incidents[first % len(self.incidents)]
        version = self.desk.incident(incident_id).version
        with self.desk.database.read() as session:
            own = [part.id for part in merging.parts(session, incident_id)]
        if not own:
            return
        try:
            with self.desk.database.write() as session:
                merging.unmerge(
                    session,
                    self.desk.operator,
                    incident_id,
                    version=version,
                    merging_id=own[which % len(own)],
                )
        except Conflict:
            return

    @rule(first=PLACE, to_reporter=st.booleans())
    def say(self, first, to_reporter):
        report_id = self.reports[first % len(self.reports)]
        with self.desk.database.write() as session:
            if to_reporter:
                messages.send_message(session, self.desk.operator, report_id, text="Tetap di luar")
                self.pushes[report_id] = self.pushes.get(report_id, 0) + 1
            else:
                messages.write_message(session, report_id, message_id=new_id(), text="Masih")
        self.words[report_id] = self.words.get(report_id, 0) + 1

    @rule(first=PLACE)
    def photograph(self, first):
        report_id = self.reports[first % len(self.reports)]
        row = Media(
            id=new_id(), report_id=report_id, type="image/jpeg", bytes=1, state="ready", created_at=now()
        )
        with self.desk.database.write() as session:
            session.add(row)
        self.photos[report_id] = self.photos.get(report_id, 0) + 1

    @invariant()
    def nothing_is_lost(self):
        with self.desk.database.read() as session:
            for report_id in self.reports:
                report = session.get_one(Report, report_id)
                incident = session.get_one(Incident, report.incident_id)
                filed = reporter_status.progress(session, report_id)
                shown = session.scalars(select(Message).where(Message.report_id == report_id)).all()
                assert incident.closed_at is None
                assert incident.id in self.incidents
                assert len(filed["messages"]) == len(shown) == self.words.get(report_id, 0)
                assert {row.incident_id for row in shown} <= {incident.id}
                assert len(filed["media"]) == self.photos.get(report_id, 0)
                pushed = select(func.count()).where(
                    Notification.report_id == report_id, Notification.wording == "message"
                )
                assert session.scalar(pushed) == self.pushes.get(report_id, 0)
                ladder = [(rung["seq"], rung["name"]) for rung in filed["ladder"]]
                own = [rung for rung in ladder if rung[1] in {"received", "merged_into", "unmerged_from"}]
                before = self.ladders.get(report_id, [])
                assert own[: len(before)] == before
                assert [name for _, name in own].count("received") == 1
                self.ladders[report_id] = own

    @invariant()
    def every_row_counts_its_reports(self):
        with self.desk.database.read() as session:
            for incident_id in self.incidents:
                incident = session.get_one(Incident, incident_id)
                held = session.scalar(select(func.count()).where(Report.incident_id == incident_id))
                assert incident.reports == held
                assert (held == 0) == (incident.closed_at is not None)


@pytest.mark.engine("sqlite")
def test_random_mergings_lose_nothing(database, long):
    Mergings.database = database
    run_state_machine_as_test(
        Mergings,
        settings=settings(
            max_examples=60 if long else 5,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
