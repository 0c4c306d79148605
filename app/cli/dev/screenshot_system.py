"""Runs a system in a folder of its own, filled with the simulated day, for screenshots."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, cast

from app.run.prepare import CannotStart
from config import ROOT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.db import Database
    from app.incidents.actor import Actor

_STAFF = re.compile(r" {14}(\S+) +(\w{4}-\w{4}-\w{4}-\w{4}) ")


class Scene:
    """Runs a system for screenshots; `staff` maps a name to its password."""

    def __init__(self, folder: Path) -> None:
        self.port = _two_free_ports()
        self.url = f"http://127.0.0.1:{self.port}"
        self.staff: dict[str, str] = {}
        self._data = folder / "instance"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SIAGA_")},
            "SIAGA_DATA": str(self._data),
            "SIAGA_PORT": str(self.port),
            "SIAGA_CANARY_EVERY_H": "0",
        }
        self._environment.pop("DATABASE_URL", None)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "run"],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in cast("IO[str]", self._process.stdout):
            if match := _STAFF.match(line):
                self.staff[match[1]] = match[2]
            if line.startswith("  Stop"):
                break
        else:
            raise CannotStart("the system for the pictures did not start")
        subprocess.run(
            [sys.executable, "-m", "app.cli", "demo"],
            cwd=ROOT,
            env=self._environment,
            check=True,
            capture_output=True,
        )
        self.database = self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.engine.dispose()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)

    def handle(self, report_id: str, *, moves: tuple[str, ...]) -> None:
        """Open and forward a report as the operator, and apply `moves` as its lead agency."""
        from app.incidents.lifecycle import assignments, commands
        from app.incidents.models import Incident
        from app.reports.models import Report

        with self.database.write() as session:
            incident = session.get_one(Incident, session.get_one(Report, report_id).incident_id)
            operator = self._person(session, "operator1")
            commands.open_incident(session, operator, incident.id, version=incident.version)
        with self.database.write() as session:
            incident = session.get_one(Incident, incident.id)
            lead, supports = commands.suggested(session, incident)
            commands.forward(
                session, operator, incident.id, version=incident.version, to=[lead, *supports[:1]]
            )
        for move in moves:
            with self.database.write() as session:
                own = next(row for row in commands.assignments_of(session, incident.id) if row.leads)
                assignments.MOVES[move](session, operator, own.id, version=own.version)

    def incident(self, state: str, *, photo: bool = False) -> str:
        """Return an incident of the simulated day in a state, with a photo if `photo` is True."""
        from sqlalchemy import select

        from app.incidents.models import Incident
        from app.reports.models import Media, Report

        query = (
            select(Incident.id)
            .where(Incident.state == state)
            .order_by(Incident.priority, Incident.received_at)
        )
        if photo:
            shown = select(Report.incident_id).join(Media, Media.report_id == Report.id)
            query = query.where(Incident.id.in_(shown))
        with self.database.read() as session:
            return session.scalars(query.limit(1)).one()

    def _person(self, session: Session, name: str) -> Actor:
        from app.accounts.staff import by_name
        from app.incidents.actor import Actor

        return Actor.of(by_name(session, name))

    def _open(self) -> Database:
        from app import models  # noqa: F401  every table, so that foreign keys resolve
        from app.core.db import Database, open_engine
        from config import Settings

        return Database(open_engine(Settings(data=self._data).sqlalchemy_url))


def _two_free_ports() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
