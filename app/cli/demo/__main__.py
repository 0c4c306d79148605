"""Fills a running system with a simulated day, or removes it again (`./siaga demo`)."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.cli.demo.script import DAY, Scene
from app.core.clock import as_if, now
from app.core.db import Database, open_engine
from app.core.ids import new_id
from app.incidents import simulation
from app.incidents.actor import Actor
from app.incidents.lifecycle import assignments, commands
from app.incidents.models import RESOLUTIONS, Assignment, Incident
from app.incidents.queue import unread
from app.incidents.reporter import messages
from app.reports.intake import Reception, open_reception
from app.reports.models import Report
from app.reports.report_draft import ReportDraft
from config import Settings

PACE_S = {"open": 8, "forward": 24, "accept": 33, "en_route": 65, "on_scene": 380, "done": 1500, "close": 120}
"""Seconds that each step takes after the one before it."""
FORWARDED = ("open", "forward")
ACCEPTED = (*FORWARDED, "accept")
MOVING = (*ACCEPTED, "en_route")
ARRIVED = (*MOVING, "on_scene")
FINISHED = (*ARRIVED, "done")
WAYS: dict[str, tuple[str, ...]] = {
    "received": (),
    "opened": ("open",),
    "forwarded": FORWARDED,
    "declined": (*FORWARDED, "decline"),
    "accepted": ACCEPTED,
    "en_route": MOVING,
    "on_scene": ARRIVED,
    "done": FINISHED,
    "resolved": (*FINISHED, "close"),
    **dict.fromkeys(RESOLUTIONS[1:], ("open", "close")),
}


@dataclass
class Course:
    """The progress of one scene: its report and incident, once they exist."""

    scene: Scene
    seed: int
    report_id: str = ""
    incident_id: str = ""


@dataclass
class Cast:
    """The staff who act: an operator of this installation, and staff of its agencies where there are any."""

    database: Database
    reception: Reception
    operator: Actor
    field: dict[str, Actor] = field(default_factory=dict)

    def of(self, agency: str) -> Actor:
        """Return the actor of an agency's assignment; the operator acts for agencies without staff."""
        return self.field.get(agency, self.operator)


def main(words: list[str]) -> int:
    """Fill or remove the simulated day; print one sentence about the result."""
    parser = argparse.ArgumentParser(prog="./siaga demo", description=__doc__)
    parser.add_argument("--remove", action="store_true", help="remove everything that is marked SIMULASI")
    parser.add_argument("--data", metavar="DIR", help="folder of the installation (instance)")
    options = parser.parse_args(words)
    environment = {**os.environ, **({"SIAGA_DATA": options.data} if options.data else {})}
    settings = Settings.from_mapping(environment)
    if not settings.database_url and not (settings.data / "siaga.sqlite3").exists():
        print(f"siaga: nothing is installed in {settings.data}; start ./siaga run once", file=sys.stderr)
        return 1
    database = Database(open_engine(settings.sqlalchemy_url))
    if options.remove:
        count = remove(database, settings.data)
        print(f"{count} simulated reports removed.")
        return 0
    cast = casting(database)
    if cast is None:
        print(
            "siaga: nobody can act; add an operator: ./siaga staff add NAME --role operator", file=sys.stderr
        )
        return 1
    print(
        f"{play(cast, settings.data)} simulated reports filed, each marked SIMULASI. Remove: ./siaga demo --remove"
    )
    return 0


def casting(database: Database) -> Cast | None:
    """Return the staff who act, None when there is no operator."""
    with database.read() as session:
        people = session.scalars(select(Staff).where(Staff.disabled_at.is_(None)).order_by(Staff.name)).all()
    operator = next((person for person in people if person.role == "operator"), None)
    if operator is None:
        return None
    own = {person.agency: Actor.of(person) for person in people if person.role == "agency" and person.agency}
    return Cast(database, open_reception(database), Actor.of(operator), own)


def play(cast: Cast, data: Path, *, day: Iterable[Scene] = DAY) -> int:
    """File every scene and apply its steps, in the order of the day; return the number of scenes."""
    start = now()
    acts: list[tuple[datetime, int, Callable[[], None]]] = []
    courses = [Course(scene, seed) for seed, scene in enumerate(day)]
    for course in courses:
        moment = start - timedelta(minutes=course.scene.ago_min)
        acts += [
            (at, len(acts) + index, act) for index, (at, act) in enumerate(_acts(cast, course, moment, data))
        ]
    for at, _, act in sorted(acts, key=lambda entry: entry[:2]):
        if at <= start:
            with as_if(at):
                act()
    _mark_read(cast, courses)
    return len(courses)


def _mark_read(cast: Cast, courses: Iterable[Course]) -> None:
    """Mark the messages of closed incidents as read, because they would stay in the queue otherwise."""
    ids = [course.report_id for course in courses if course.report_id]
    over = select(Incident.id).join(Report, Report.incident_id == Incident.id)
    with cast.database.write() as session:
        for incident_id in session.scalars(
            over.where(Report.id.in_(ids), Incident.closed_at.is_not(None))
        ).all():
            unread.seen(session, incident_id)


def remove(database: Database, data: Path) -> int:
    """Remove every simulated report, incident and photo; return the number of reports."""
    from app.reports.photos.storage import Shelf

    with database.write() as session:
        count, photos = simulation.remove(session)
    shelf = Shelf(data)
    for media_id in photos:
        for file in (shelf.upload(media_id), shelf.large(media_id), shelf.small(media_id)):
            file.unlink(missing_ok=True)
    return count


def _acts(
    cast: Cast, course: Course, at: datetime, data: Path
) -> Iterable[tuple[datetime, Callable[[], None]]]:
    scene = course.scene
    yield at, lambda: _file(cast, course, data)
    for name in WAYS[scene.way]:
        at += timedelta(seconds=PACE_S.get(name, 40) * (0.7 + 0.06 * (course.seed % 11)))
        yield at, lambda name=name: _step(cast, course, name)  # type: ignore[misc]
        if name == "forward":
            talk_at = at
    if scene.note:
        yield talk_at + timedelta(seconds=20), lambda: _note(cast, course)
    for index, (who, text) in enumerate(scene.talk, start=1):
        yield (
            talk_at + timedelta(seconds=70 * index),
            lambda who=who, text=text: _say(cast, course, who, text),  # type: ignore[misc]
        )


def _file(cast: Cast, course: Course, data: Path) -> None:
    import json

    scene, key = course.scene, new_id()
    where = "gps" if scene.lat is not None else "kelurahan" if scene.kelurahan else "none"
    draft = ReportDraft(
        key=key,
        body_hash=hashlib.sha256(key.encode()).hexdigest(),
        kind=scene.kind,
        source=where,
        lat=scene.lat,
        lon=scene.lon,
        accuracy_m=scene.accuracy_m if scene.lat is not None else None,
        landmark=scene.landmark,
        kelurahan=scene.kelurahan,
        description=scene.words,
        answers=json.dumps(scene.answers),
        channel="form" if course.seed % 7 == 3 else "app",
        simulation=True,
    )
    course.report_id = cast.reception.receive(draft).report.id
    with cast.database.write() as session:
        course.incident_id = simulation.mark(session, course.report_id)
    if scene.photo:
        from app.cli.demo.photos import photo, upload

        upload(cast.database, data, course.report_id, photo(scene.photo, course.seed))


def _step(cast: Cast, course: Course, name: str) -> None:
    with cast.database.write() as session:
        incident = session.get_one(Incident, course.incident_id)
        version, who = incident.version, cast.operator
        if name == "open":
            commands.open_incident(session, who, incident.id, version=version)
        elif name == "forward":
            lead, supports = commands.suggested(session, incident)
            few = supports[:1] if course.scene.way != "declined" else []
            commands.forward(session, who, incident.id, version=version, to=[lead, *few])
        elif name == "close":
            way = course.scene.way
            commands.close(session, who, incident.id, version=version, resolution=way)
        else:
            _assignments(session, cast, course, name)
        simulation.hush(session, incident.id)


def _assignments(session: Session, cast: Cast, course: Course, name: str) -> None:
    for own in commands.assignments_of(session, course.incident_id):
        who = cast.of(own.agency)
        if name == "decline":
            why = assignments.Refusal("no_unit", "Regu sedang di kejadian lain.")
            assignments.decline(session, who, own.id, version=own.version, why=why)
        elif own.leads or name in {"accept", "done"}:
            _move(session, who, own, name)


def _move(session: Session, who: Actor, own: Assignment, name: str) -> None:
    assignments.MOVES[name](session, who, own.id, version=own.version)


def _note(cast: Cast, course: Course) -> None:
    with cast.database.write() as session:
        commands.note(session, cast.operator, course.incident_id, text=course.scene.note or "")


def _say(cast: Cast, course: Course, who: str, text: str) -> None:
    with cast.database.write() as session:
        if who == "operator":
            messages.send_message(session, cast.operator, course.report_id, text=text)
        else:
            messages.write_message(session, course.report_id, message_id=new_id(), text=text)
        simulation.hush(session, course.incident_id)
