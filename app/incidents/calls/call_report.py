"""A call that an operator takes down becomes a report like any other, tied to where the caller's phone was."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database
from app.core.domain import KINDS, SILENT_KIND
from app.core.errors import Invalid, KeyReused, NotFound
from app.core.ids import is_id
from app.core.phone_numbers import read_phone
from app.core.secrets import Secrets
from app.eventlog.log import lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.calls import exchange as exchange_calls
from app.incidents.lifecycle import commands
from app.incidents.models import CallBeacon, Incident
from app.reports.intake import Reception
from app.reports.models import Report
from app.reports.report_draft import ReportDraft
from app.silent.dispatch_summary import read_summary
from app.silent.intake import SilentReport, store_silent_report

CLASSES: Final = ("normal", "ghost", "prank", "information")
"""Permenkominfo 10/2016. A ghost call is no prank: it stays open, for somebody may not be able to speak."""
CLOSED_AT_ONCE: Final = frozenset({"prank", "information"})
GHOST_PRIORITY: Final = 2
MOST_WORDS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The form as it was filled."""

    key: str
    sort: str
    """One of `CLASSES`."""
    kind: str
    words: str = ""
    kelurahan: str = ""
    landmark: str = ""
    name: str = ""
    phone: str = ""
    beacon: str = ""
    line: str = ""


def record(
    database: Database, secrets: Secrets, reception: Reception, actor: Actor, taken: Taken
) -> str | None:
    """Store a call as a report and open its incident; return the incident's id. The same key twice is one report.

    Violence at home becomes a case of the silent channel, and None is returned: it is no incident.

    Raises:
        Invalid: a class, kind or key that does not exist, or too many words; nothing was stored.
    """
    said = _draft_of(database, taken)
    if taken.kind == SILENT_KIND:
        _in_silence(database, secrets, actor, taken, said)
        return None
    try:
        receipt = reception.receive(said)
    except KeyReused:  # sent twice, and changed in between: the first one stands
        with database.read() as session:
            return session.scalars(select(Report.incident_id).where(Report.key == taken.key)).one()
    with database.write() as session:
        lock_head(session)
        incident_id = session.get_one(Report, receipt.report.id).incident_id
        if receipt.fresh:
            _tie(session, actor, taken, incident_id)
            _move(session, actor, taken, incident_id)
        exchange_calls.drop_draft(session, actor, taken.key)
    return incident_id


def _in_silence(database: Database, secrets: Secrets, actor: Actor, taken: Taken, said: ReportDraft) -> None:
    known = said.lat is not None and said.lon is not None
    position = {"lat": said.lat, "lon": said.lon, "accuracy_m": said.accuracy_m, "age_s": said.age_s}
    sent = {"kelurahan": said.kelurahan, "position": position if known else None}
    words = {
        "words": said.description, "name": said.contact_name, "phone": said.contact_phone, "landmark": said.landmark
    }  # fmt: skip
    store_silent_report(
        database,
        secrets,
        SilentReport(
            key=taken.key,
            body=json.dumps([taken.words, taken.landmark, taken.phone]),
            block=read_summary({name: value for name, value in sent.items() if value}),
            words={name: value for name, value in words.items() if value},
        ),
    )
    with database.write() as session:
        if is_id(taken.line):
            with suppress(NotFound):
                exchange_calls.work_off(session, actor, taken.line)
        exchange_calls.drop_draft(session, actor, taken.key)


def _draft_of(database: Database, taken: Taken) -> ReportDraft:
    faults = [
        (f"/{name}", code)
        for name, code, fine in (
            ("key", "malformed", is_id(taken.key)),
            ("class", "unknown", taken.sort in CLASSES),
            ("kind", "unknown", taken.kind in KINDS),
            ("words", "too_long", len(taken.words) <= MOST_WORDS),
            ("landmark", "too_long", len(taken.landmark) <= MOST_WORDS),
        )
        if not fine
    ]
    if faults:
        raise Invalid(faults)
    phone = read_phone(taken.phone or None)
    said = ReportDraft(
        key=taken.key,
        body_hash=hashlib.sha256(json.dumps([taken.kind, taken.words, taken.landmark]).encode()).hexdigest(),
        kind=taken.kind,
        source="kelurahan" if taken.kelurahan else "address" if taken.landmark else "none",
        landmark=taken.landmark or None,
        kelurahan=taken.kelurahan or None,
        description=taken.words or None,
        contact_name=taken.name[:200] or None,
        contact_phone=phone,
        may_call=bool(phone),
        made_at=now(),
        channel="voice",
    )
    with database.read() as session:
        beacon = session.get(CallBeacon, taken.beacon) if is_id(taken.beacon) else None
        if beacon is None or beacon.lat is None or beacon.lon is None:
            return said
        return replace(
            said,
            source="gps",
            lat=beacon.lat,
            lon=beacon.lon,
            accuracy_m=beacon.accuracy_m,
            age_s=beacon.age_s,
        )


def _tie(session: Session, actor: Actor, taken: Taken, incident_id: str) -> None:
    beacon = session.get(CallBeacon, taken.beacon) if is_id(taken.beacon) else None
    if beacon is not None and beacon.incident_id is None:
        beacon.incident_id = incident_id
        session.flush()
        record_event(session, actor, "call_tied", incident_id=incident_id, call=beacon.id)
    if is_id(taken.line):
        with suppress(NotFound):
            exchange_calls.work_off(session, actor, taken.line, incident_id)


def _move(session: Session, actor: Actor, taken: Taken, incident_id: str) -> None:
    """Whoever typed it has seen it: it is open at once; pranks and questions are closed at once, and only they."""
    commands.open_incident(session, actor, incident_id, version=_version(session, incident_id))
    if taken.sort == "ghost":
        row = session.get_one(Incident, incident_id)
        if row.priority > GHOST_PRIORITY:
            commands.set_priority(session, actor, incident_id, version=row.version, priority=GHOST_PRIORITY)
    if taken.sort in CLOSED_AT_ONCE:
        commands.close(
            session, actor, incident_id, version=_version(session, incident_id), resolution=taken.sort
        )


def _version(session: Session, incident_id: str) -> int:
    return session.get_one(Incident, incident_id, populate_existing=True).version
