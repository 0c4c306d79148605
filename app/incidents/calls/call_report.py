"""Turn a call recorded by an operator into a report, linked to the caller's position."""

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
from app.silent.dispatch_block import read_block
from app.silent.intake import Silent, take

CLASSES: Final = ("normal", "ghost", "prank", "information")
"""Permenkominfo 10/2016. A ghost call stays open, because the caller may be unable to speak."""
CLOSED_AT_ONCE: Final = frozenset({"prank", "information"})
GHOST_PRIORITY: Final = 2
MOST_WORDS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForm:
    """Submitted call form."""

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
    database: Database, secrets: Secrets, reception: Reception, actor: Actor, form: CallForm
) -> str | None:
    """Store a call as a report and open its incident; return the incident id. The same key twice is one report.

    Domestic violence becomes a silent case instead of an incident, and None is returned.

    Raises:
        Invalid: a class, kind or key that does not exist, or too many words; nothing was stored.
    """
    draft = _read_draft(database, form)
    if form.kind == SILENT_KIND:
        _store_silent_case(database, secrets, actor, form, draft)
        return None
    try:
        receipt = reception.receive(draft)
    except KeyReused:  # sent again with other content: the first report counts
        with database.read() as session:
            return session.scalars(select(Report.incident_id).where(Report.key == form.key)).one()
    with database.write() as session:
        lock_head(session)
        incident_id = session.get_one(Report, receipt.report.id).incident_id
        if receipt.fresh:
            _link_call(session, actor, form, incident_id)
            _open_or_close(session, actor, form, incident_id)
        exchange_calls.drop_draft(session, actor, form.key)
    return incident_id


def _store_silent_case(
    database: Database, secrets: Secrets, actor: Actor, form: CallForm, draft: ReportDraft
) -> None:
    has_position = draft.lat is not None and draft.lon is not None
    position = {"lat": draft.lat, "lon": draft.lon, "accuracy_m": draft.accuracy_m, "age_s": draft.age_s}
    sent = {"kelurahan": draft.kelurahan, "position": position if has_position else None}
    words = {
        "words": draft.description, "name": draft.contact_name, "phone": draft.contact_phone, "landmark": draft.landmark
    }  # fmt: skip
    take(
        database,
        secrets,
        Silent(
            key=form.key,
            body=json.dumps([form.words, form.landmark, form.phone]),
            block=read_block({name: value for name, value in sent.items() if value}),
            words={name: value for name, value in words.items() if value},
        ),
    )
    with database.write() as session:
        if is_id(form.line):
            with suppress(NotFound):
                exchange_calls.work_off(session, actor, form.line)
        exchange_calls.drop_draft(session, actor, form.key)


def _read_draft(database: Database, form: CallForm) -> ReportDraft:
    faults = [
        (f"/{name}", code)
        for name, code, fine in (
            ("key", "malformed", is_id(form.key)),
            ("class", "unknown", form.sort in CLASSES),
            ("kind", "unknown", form.kind in KINDS),
            ("words", "too_long", len(form.words) <= MOST_WORDS),
            ("landmark", "too_long", len(form.landmark) <= MOST_WORDS),
        )
        if not fine
    ]
    if faults:
        raise Invalid(faults)
    phone = read_phone(form.phone or None)
    draft = ReportDraft(
        key=form.key,
        body_hash=hashlib.sha256(json.dumps([form.kind, form.words, form.landmark]).encode()).hexdigest(),
        kind=form.kind,
        source="kelurahan" if form.kelurahan else "address" if form.landmark else "none",
        landmark=form.landmark or None,
        kelurahan=form.kelurahan or None,
        description=form.words or None,
        contact_name=form.name[:200] or None,
        contact_phone=phone,
        may_call=bool(phone),
        made_at=now(),
        channel="voice",
    )
    with database.read() as session:
        beacon = session.get(CallBeacon, form.beacon) if is_id(form.beacon) else None
        if beacon is None or beacon.lat is None or beacon.lon is None:
            return draft
        return replace(
            draft,
            source="gps",
            lat=beacon.lat,
            lon=beacon.lon,
            accuracy_m=beacon.accuracy_m,
            age_s=beacon.age_s,
        )


def _link_call(session: Session, actor: Actor, form: CallForm, incident_id: str) -> None:
    beacon = session.get(CallBeacon, form.beacon) if is_id(form.beacon) else None
    if beacon is not None and beacon.incident_id is None:
        beacon.incident_id = incident_id
        session.flush()
        record_event(session, actor, "call_tied", incident_id=incident_id, call=beacon.id)
    if is_id(form.line):
        with suppress(NotFound):
            exchange_calls.work_off(session, actor, form.line, incident_id)


def _open_or_close(session: Session, actor: Actor, form: CallForm, incident_id: str) -> None:
    """Open the incident, which the operator has already read; close pranks and information calls at once."""
    commands.open_incident(session, actor, incident_id, version=_version(session, incident_id))
    if form.sort == "ghost":
        row = session.get_one(Incident, incident_id)
        if row.priority > GHOST_PRIORITY:
            commands.set_priority(session, actor, incident_id, version=row.version, priority=GHOST_PRIORITY)
    if form.sort in CLOSED_AT_ONCE:
        commands.close(
            session, actor, incident_id, version=_version(session, incident_id), resolution=form.sort
        )


def _version(session: Session, incident_id: str) -> int:
    return session.get_one(Incident, incident_id, populate_existing=True).version
