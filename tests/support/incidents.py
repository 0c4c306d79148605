"""Incidents made the way real ones are: reported through the reception, moved through the service."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from app.core.db import Database
from app.core.ids import new_id
from app.core.models import Event
from app.incidents.actor import Actor
from app.incidents.lifecycle import assignments, commands
from app.incidents.lifecycle.assignments import Refusal
from app.incidents.models import Assignment, Incident
from app.reports.intake import Reception, open_reception
from app.reports.models import Report
from app.reports.report_draft import ReportDraft


@dataclass
class Desk:
    """The dispatch room without a browser."""

    database: Database
    reception: Reception
    operator: Actor
    people: dict[str, Actor] = field(default_factory=dict)

    def report(self, kind: str = "fire", **fields: Any) -> str:
        """File a report; return the id of its incident."""
        key = new_id()
        received = self.reception.receive(ReportDraft(key=key, body_hash=key, kind=kind, **fields))
        with self.database.read() as session:
            return session.get_one(Report, received.report.id).incident_id

    def report_of(self, incident_id: str) -> str | None:
        with self.database.read() as session:
            return session.scalars(select(Report.id).where(Report.incident_id == incident_id)).first()

    def incident(self, incident_id: str) -> Incident:
        with self.database.read() as session:
            return session.get_one(Incident, incident_id)

    def assignments(self, incident_id: str) -> dict[str, Assignment]:
        with self.database.read() as session:
            return {row.agency: row for row in commands.assignments_of(session, incident_id)}

    def events(self, incident_id: str) -> list[Event]:
        with self.database.read() as session:
            query = select(Event).where(Event.incident_id == incident_id).order_by(Event.seq)
            return list(session.scalars(query))

    def move(self, incident_id: str, name: str, *, by: Actor | None = None, **more: Any) -> object:
        """Make a move at the version that stands."""
        acts: dict[str, Callable[..., object]] = {
            "open": commands.open_incident,
            "note": commands.note,
            "forward": commands.forward,
        }
        act: Callable[..., object] = acts.get(name) or getattr(commands, name)
        if name != "note":
            more = {"version": self.incident(incident_id).version} | more
        with self.database.write() as session:
            return act(session, by or self.operator, incident_id, **more)

    def forwarded(self, kind: str = "fire", *agencies: str, **fields: Any) -> str:
        """Report, open and forward; return the incident's id."""
        incident_id = self.report(kind, **fields)
        self.move(incident_id, "open")
        self.move(incident_id, "forward", to=list(agencies or ("damkar",)))
        return incident_id

    def assignment(
        self,
        incident_id: str,
        agency: str,
        name: str,
        *,
        by: Actor | None = None,
        why: Refusal | None = None,
    ) -> object:
        """Move an agency's assignment at the version that stands."""
        own = self.assignments(incident_id)[agency]
        with self.database.write() as session:
            if name == "decline":
                refusal = why or Refusal("no_unit")
                return assignments.decline(
                    session, by or self.operator, own.id, version=own.version, why=refusal
                )
            return assignments.MOVES[name](session, by or self.operator, own.id, version=own.version)


@pytest.fixture
def desk(database: Database, hire: Callable[..., str]) -> Desk:
    """The room with one operator."""
    operator = Actor(hire("operator-desk"), "operator-desk", "operator")
    return Desk(database, open_reception(database), operator)
