"""Write every open incident to one printable HTML sheet on disk, for use while the server is down.

The page has no script and no external style sheet or picture, so any browser prints it. Silent cases live in other
tables and are left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency, Contact, DirectoryNumber
from app.core.clock import WITA, now, wita_time
from app.core.i18n import DEFAULT, say, words
from app.incidents.duplicates.report_history import taken_in
from app.incidents.models import Message, Note
from app.incidents.queue import queue as incident_queue
from app.reports.models import Report

FOLDER: Final = "kertas"
SHEET: Final = "kejadian-terbuka.html"
BEFORE: Final = "kejadian-terbuka-sebelumnya.html"
"""File name of the previous sheet, kept in case the newest is faulty."""
PAGE: Final = 200
"""Incidents read at a time."""
_BLANK: Final = 12
"""Empty lines for new calls."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Printed data of one open incident."""

    row: Mapping[str, Any]
    """The row of the queue."""
    received_at: datetime
    reports: Sequence[tuple[Report, Mapping[str, str]]]
    messages: Sequence[Message]
    notes: Sequence[Note]


def sheets(session: Session, *, locale: str = DEFAULT) -> list[Sheet]:
    """Return all open incidents in queue order."""
    rows: list[dict[str, Any]] = []
    after = None
    while page := incident_queue.page(session, after=after, size=PAGE, locale=locale):
        rows += page
        after = incident_queue.After.of(page[-1])
    found: list[Sheet] = []
    for start in range(0, len(rows), PAGE):
        found += _filled(session, rows[start : start + PAGE])
    return found


def render(session: Session, *, locale: str = DEFAULT) -> str:
    """Return the pack as one HTML page; user text is escaped."""
    moment = now()
    agencies = session.scalars(select(Agency).where(Agency.active).order_by(Agency.short_name)).all()
    contacts = session.scalars(
        select(Contact)
        .where(Contact.removed_at.is_(None), Contact.phone.is_not(None))
        .order_by(Contact.agency, Contact.name)
    ).all()
    return (
        _environment(locale)
        .get_template("paper.html")
        .render(
            lang=locale,
            made_on=moment.astimezone(WITA).strftime("%d.%m.%Y"),
            made_at=wita_time(moment),
            sheets=sheets(session, locale=locale),
            agencies=agencies,
            numbers=session.scalars(select(DirectoryNumber).order_by(DirectoryNumber.place)).all(),
            names={agency.code: agency.short_name for agency in agencies},
            contacts={
                agency.code: [each for each in contacts if each.agency == agency.code] for agency in agencies
            },
            blank=_BLANK,
        )
    )


def put(folder: Path, html: str) -> Path:
    """Write the newest sheet atomically with mode 0600; keep the previous one."""
    folder.mkdir(mode=0o700, exist_ok=True)
    sheet, fresh = folder / SHEET, folder / f".{SHEET}.new"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(html)
        file.flush()
        os.fsync(file.fileno())
    if sheet.exists():
        sheet.replace(folder / BEFORE)
    fresh.replace(sheet)
    return sheet


def _filled(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[Sheet]:
    ids = [row["id"] for row in rows]
    reports: dict[str, list[tuple[Report, Mapping[str, str]]]] = {id_: [] for id_ in ids}
    messages: dict[str, list[Message]] = {id_: [] for id_ in ids}
    notes: dict[str, list[Note]] = {id_: [] for id_ in ids}
    for report in session.scalars(
        select(Report).where(Report.incident_id.in_(ids)).order_by(Report.received_at, Report.id)
    ):
        reports[report.incident_id].append((report, json.loads(report.answers or "{}")))
    for message in session.scalars(
        select(Message).where(Message.incident_id.in_(ids)).order_by(Message.at, Message.id)
    ):
        messages[message.incident_id].append(message)
    home = {id_: id_ for id_ in ids} | taken_in(session, ids)
    for note in session.scalars(
        select(Note).where(Note.incident_id.in_(list(home))).order_by(Note.at, Note.id)
    ):
        notes[home[note.incident_id]].append(note)
    return [
        Sheet(
            row,
            datetime.fromisoformat(row["received_at"]),
            reports[row["id"]],
            messages[row["id"]],
            notes[row["id"]],
        )
        for row in rows
    ]


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["t"] = lambda key, **values: say(locale, key, **values)
    environment.globals["words"] = lambda group, code: words(locale).get(f"{group}.{code}", code)
    environment.filters["clock"] = wita_time
    environment.filters["day"] = lambda at: at.astimezone(WITA).strftime("%d.%m.")
    return environment
