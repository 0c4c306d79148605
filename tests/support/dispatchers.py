"""The dispatch room, played: operators and agencies move incidents of a running web process."""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.core.clock import now
from app.core.db import Database, open_engine
from app.core.ids import new_id
from app.core.models import Event
from app.incidents.actor import Actor
from app.incidents.lifecycle import assignments, commands
from app.incidents.models import Assignment, Incident
from app.incidents.reporter import messages
from app.reports.models import Report
from config import Settings
from tests.support.chromium import hurry
from tests.support.web import Web

KEEP = "row => siaga.database.put('reports', row)"


@dataclass
class Room:
    """Moves by name, on the incident of a report."""

    url: str
    database: Database
    operator: Actor

    def report(self, kind: str = "fire", **more: object) -> dict[str, Any]:
        """Tell of an emergency; return the answer."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/reports",
            json.dumps({"kind": kind, **more}).encode(),
            {"Content-Type": "application/json", "Idempotency-Key": new_id()},
        )
        with urllib.request.urlopen(request) as answer:
            received: dict[str, Any] = json.load(answer)
        return received | {"kind": kind}

    def report_with_row(self, kind: str, **more: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """Tell of an emergency; return the answer, and the row that the sending phone would keep."""
        filed = self.report(kind, **more)
        row = {"id": filed["id"], "token": filed["track_token"], "number": filed["number"], "kind": kind}
        times = {"sent_at": filed["received_at"], "made_at": filed["received_at"]}
        return filed, row | times | {"track_url": filed["track_url"], "key": new_id(), "draft_id": new_id()}

    def follow(
        self, page: Page, kind: str = "fire", *, path: str = "/laporan/{id}", **more: object
    ) -> dict[str, Any]:
        """Let a phone's page be the one that sent a report, and open the screen about it: it asks eagerly for news."""
        filed, row = self.report_with_row(kind, **more)
        self.show(hurry(page), row, path=path)
        return filed

    def show(self, page: Page, row: dict[str, Any], *, path: str = "/laporan/{id}") -> None:
        """Put a report on a phone and open the screen about it."""
        if not page.url.startswith(self.url):
            page.goto(f"{self.url}/")
        page.wait_for_function("() => globalThis.siaga?.outbox")
        page.evaluate(KEEP, row)
        page.goto(self.url + path.format(id=row["id"]))

    def open(self, filed: dict[str, Any]) -> None:
        with self.database.write() as session:
            row = self._incident(session, filed)
            commands.open_incident(session, self.operator, row.id, version=row.version)

    def forward(self, filed: dict[str, Any], *agencies: str) -> None:
        with self.database.write() as session:
            row = self._incident(session, filed)
            commands.forward(session, self.operator, row.id, version=row.version, to=agencies)

    def move(self, filed: dict[str, Any], name: str, agency: str) -> None:
        """Record what an agency says: accept, en_route, on_scene, done."""
        with self.database.write() as session:
            row = session.scalars(
                select(Assignment)
                .where(Assignment.incident_id == self._incident(session, filed).id)
                .where(Assignment.agency == agency)
            ).one()
            assignments.MOVES[name](session, self.operator, row.id, version=row.version)

    def decline(self, filed: dict[str, Any], agency: str) -> None:
        """Record that an agency cannot."""
        with self.database.write() as session:
            row = session.scalars(
                select(Assignment)
                .where(Assignment.incident_id == self._incident(session, filed).id)
                .where(Assignment.agency == agency)
            ).one()
            why = assignments.Refusal("no_unit")
            assignments.decline(session, self.operator, row.id, version=row.version, why=why)

    def close(self, filed: dict[str, Any], resolution: str = "resolved") -> None:
        with self.database.write() as session:
            row = self._incident(session, filed)
            commands.close(session, self.operator, row.id, version=row.version, resolution=resolution)

    def say(self, filed: dict[str, Any], text: str) -> None:
        with self.database.write() as session:
            messages.send_message(session, self.operator, filed["id"], text=text)

    def heard(self, filed: dict[str, Any]) -> list[str]:
        """Return the reporter's messages as the room has them."""
        with self.database.read() as session:
            return [row.text for row in messages.of_report(session, filed["id"]) if row.sender == "reporter"]

    def events(self, filed: dict[str, Any], name: str) -> list[dict[str, Any]]:
        """Return the facts of the events of one name."""
        with self.database.read() as session:
            rows = session.scalars(
                select(Event).where(Event.report_id == filed["id"], Event.name == name).order_by(Event.seq)
            )
            return [json.loads(row.data) for row in rows]

    def hurry(self, filed: dict[str, Any], open_within_s: int) -> None:
        """Change how soon the report should be opened."""
        with self.database.write() as session:
            self._incident(session, filed).open_within_s = open_within_s

    def _incident(self, session: Session, filed: dict[str, Any]) -> Incident:
        return session.get_one(Incident, session.get_one(Report, filed["id"]).incident_id)


def enter(url: str, data: Path) -> Room:
    """Return the room of an installation, with an operator of its own."""
    database = Database(open_engine(Settings(data=data).sqlalchemy_url))
    row = Staff(
        id=new_id(),
        name=f"room-{new_id()[-6:]}",
        role="operator",
        agency=None,
        password_hash="none",
        locale="id",
        created_at=now(),
    )
    with database.write() as session:
        session.add(row)
    return Room(url, database, Actor.of(row))


@pytest.fixture(scope="session")
def room(web: Web) -> Iterator[Room]:
    """The dispatch room of the web process."""
    entered = enter(web.url, web.data)
    yield entered
    entered.database.engine.dispose()
