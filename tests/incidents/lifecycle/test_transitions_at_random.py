"""Whatever order people press in: each move is one event and one version, and a refused one leaves nothing."""

import shutil

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.accounts.models import Staff
from app.core.clock import now
from app.core.db import Database, open_engine
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.incidents.actor import Actor
from app.incidents.lifecycle import assignments, commands
from app.incidents.lifecycle.transitions import LIVE_ASSIGNMENTS
from app.incidents.models import DECLINE_REASONS, RESOLUTIONS
from app.reports.intake import open_reception
from config import Settings
from tests.support.incidents import Desk

AGENCIES = ("damkar", "polres", "psc119")
KINDS = ("fire", "flood", "tree_down")


class Moves(RuleBasedStateMachine):
    """One incident and everybody who presses something; `file` is a seeded database."""

    file = ""

    def __init__(self):
        super().__init__()
        database = Database(open_engine(Settings(database_url=f"sqlite:///{self.file}").sqlalchemy_url))
        with database.write() as session:
            people = {}
            for role, agency in (
                ("operator", None),
                ("auditor", None),
                *(("agency", code) for code in AGENCIES),
            ):
                row = Staff(
                    id=new_id(),
                    name=f"{role}-{new_id()}",
                    role=role,
                    agency=agency,
                    password_hash="none",
                    created_at=now(),
                )
                session.add(row)
                people[agency or role] = Actor(row.id, row.name, role, agency)
        self.desk = Desk(database, open_reception(database), people["operator"], people)
        self.incident_id = self.desk.report("fire")
        self.version, self.seen = 1, 1
        self.order = len(self.desk.events(self.incident_id))

    def teardown(self):
        self.desk.database.engine.dispose()

    def attempt(self, work):
        """Try a move; count it when it was made, and see that a refused one changed nothing."""
        before = (self.desk.incident(self.incident_id).version, len(self.desk.events(self.incident_id)))
        try:
            with self.desk.database.write() as session:
                step = work(session)
        except (Conflict, Forbidden, Invalid, NotFound):
            after = (
                self.desk.incident(self.incident_id).version,
                len(self.desk.events(self.incident_id)),
            )
            assert after == before
            return
        self.version += 1
        self.order += 1
        assert step.version == self.version

    @rule(who=st.sampled_from(("operator", "auditor", "damkar")), stale=st.booleans())
    def open(self, who, stale):
        version = self.version - stale
        self.attempt(
            lambda session: commands.open_incident(
                session, self.desk.people[who], self.incident_id, version=version
            )
        )

    @rule(to=st.lists(st.sampled_from((*AGENCIES, "nobody")), max_size=3), stale=st.booleans())
    def forward(self, to, stale):
        version = self.version - stale
        self.attempt(
            lambda session: commands.forward(
                session, self.desk.operator, self.incident_id, version=version, to=to
            )
        )

    @rule(agency=st.sampled_from((*AGENCIES, "nobody")), stale=st.booleans())
    def lead(self, agency, stale):
        version = self.version - stale
        self.attempt(
            lambda session: commands.lead(
                session, self.desk.operator, self.incident_id, version=version, agency=agency
            )
        )

    @rule(resolution=st.sampled_from((*RESOLUTIONS, "unheard_of")))
    def close(self, resolution):
        self.attempt(
            lambda session: commands.close(
                session, self.desk.operator, self.incident_id, version=self.version, resolution=resolution
            )
        )

    @rule()
    def reopen(self):
        self.attempt(
            lambda session: commands.reopen(
                session, self.desk.operator, self.incident_id, version=self.version
            )
        )

    @rule(kind=st.sampled_from(KINDS), priority=st.integers(0, 4))
    def correct(self, kind, priority):
        self.attempt(
            lambda session: commands.set_kind(
                session, self.desk.operator, self.incident_id, version=self.version, kind=kind
            )
        )
        self.attempt(
            lambda session: commands.set_priority(
                session, self.desk.operator, self.incident_id, version=self.version, priority=priority
            )
        )

    @rule(text=st.text(max_size=20))
    def note(self, text):
        self.attempt(lambda session: commands.note(session, self.desk.operator, self.incident_id, text=text))

    @precondition(lambda self: self.desk.assignments(self.incident_id))
    @rule(
        data=st.data(),
        name=st.sampled_from((*assignments.MOVES, "decline")),
        reason=st.sampled_from(DECLINE_REASONS),
    )
    def answer(self, data, name, reason):
        own = data.draw(st.sampled_from(list(self.desk.assignments(self.incident_id).values())))
        who = data.draw(st.sampled_from([self.desk.operator, *(self.desk.people[code] for code in AGENCIES)]))
        why = assignments.Refusal(reason)

        def work(session):
            if name == "decline":
                return assignments.decline(session, who, own.id, version=own.version, why=why)
            return assignments.MOVES[name](session, who, own.id, version=own.version)

        self.attempt(work)

    @invariant()
    def one_version_and_one_event_a_move(self):
        assert self.desk.incident(self.incident_id).version == self.version
        assert len(self.desk.events(self.incident_id)) == self.order

    @invariant()
    def the_row_agrees_with_its_assignments(self):
        incident = self.desk.incident(self.incident_id)
        live = [
            row for row in self.desk.assignments(self.incident_id).values() if row.state in LIVE_ASSIGNMENTS
        ]
        assert (incident.state == "closed") == (incident.closed_at is not None)
        assert (incident.state == "closed") == (incident.resolution is not None)
        assert [row.agency for row in live if row.leads] in ([], [incident.lead])
        if incident.state in {"received", "opened", "closed"}:
            assert not live


@pytest.mark.engine("sqlite")
def test_random_moves_keep_every_promise(sqlite_template, tmp_path, long):
    file = tmp_path / "moves.sqlite3"
    shutil.copyfile(sqlite_template, file)
    Moves.file = str(file)
    run_state_machine_as_test(
        Moves,
        settings=settings(
            max_examples=100 if long else 10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
