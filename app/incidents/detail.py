"""Read everything that the incident page shows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import NotFound
from app.core.models import Event
from app.geo.grid import metres
from app.incidents.actor import names_of
from app.incidents.control_room.call_log import Rung, rung
from app.incidents.duplicates.report_history import taken_in
from app.incidents.lifecycle.commands import assignments_of
from app.incidents.models import Assignment, CallBeacon, Incident, Message, Note
from app.incidents.queue.queue import rows_of
from app.incidents.queue.viewers import LOOKED
from app.incidents.reporter import messages
from app.incidents.trust.credibility import Fact, list_facts
from app.incidents.trust.strikes import struck
from app.incidents.trust.verification_label import known
from app.reports.models import Media, Report
from app.reports.report_number import spoken_number

NEAR_M = 500.0
NEAR_IN_TIME = timedelta(minutes=30)
QUIET = frozenset({LOOKED, "share_position", "talk_delivered", "talk_read"})
"""Events that the timeline leaves out."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the timeline."""

    seq: int
    at: datetime
    name: str
    actor: str
    who: str
    data: Mapping[str, Any]
    report_id: str | None


@dataclass(frozen=True, slots=True)
class ReportDetail:
    """A report with its answers and photos."""

    report: Report
    answers: Mapping[str, str]
    media: Sequence[Media]


@dataclass(frozen=True, slots=True)
class Dossier:
    """An incident with its reports, assignments, timeline, notes, messages and calls."""

    incident: Incident
    row: Mapping[str, Any]
    """The row of the queue."""
    reports: Sequence[ReportDetail]
    assignments: Sequence[Assignment]
    timeline: Sequence[TimelineEntry]
    notes: Sequence[Note]
    messages: Sequence[Message]
    beacons: Sequence[tuple[CallBeacon, int | None]]
    """Taps on *Telepon 112* close by in time and place, with metres."""
    names: Mapping[str, str]
    """Staff names by id."""
    origin: Mapping[str, str]
    """Number of the merged incident that a note or call beacon belongs to, by its id.

    Entries of the incident itself are left out.
    """
    evidence: Mapping[str, Sequence[Fact]]
    """Credibility facts by report."""
    struck: Collection[str]
    """Reports with a confirmed strike."""
    rings: Sequence[Rung]
    """Calls to staff about the incident, oldest first."""


def dossier(session: Session, incident_id: str, *, locale: str) -> Dossier:
    """Return an incident's dossier.

    Raises:
        NotFound: no such incident.
    """
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound
    events = session.scalars(select(Event).where(Event.incident_id == incident_id).order_by(Event.seq)).all()
    merged = _merged(session, incident_id)
    whole = [incident_id, *(item.id for item in merged)]
    notes = session.scalars(select(Note).where(Note.incident_id.in_(whole)).order_by(Note.at)).all()
    sent = messages.of_incident(session, incident_id)
    reports = _report_details(session, incident_id)
    names = names_of(
        session,
        [
            incident.opened_by,
            *(event.actor_id for event in events if event.actor == "staff"),
            *(note.staff_id for note in notes),
            *(message.staff_id for message in sent),
        ],
    )
    numbers = {item.id: spoken_number(item.number) for item in merged}
    beacons, origin = _beacons(session, incident, merged)
    origin |= {tap.id: numbers[tap.incident_id] for tap, _ in beacons if tap.incident_id in numbers}
    origin |= {note.id: numbers[note.incident_id] for note in notes if note.incident_id in numbers}
    return Dossier(
        incident,
        rows_of(session, [incident_id], locale=locale)[0],
        reports,
        assignments_of(session, incident_id),
        [_timeline_entry(event, names) for event in events if event.name not in QUIET],
        notes,
        sent,
        beacons,
        names,
        origin,
        {report.report.id: list_facts(known(session, report.report)) for report in reports},
        struck(session, incident_id),
        rung(session, incident_id),
    )


def _merged(session: Session, incident_id: str) -> list[Incident]:
    """Return the incidents merged into this one; their notes and call beacons keep their own incident id."""
    return [session.get_one(Incident, item) for item in taken_in(session, [incident_id])]


def _beacons(
    session: Session, incident: Incident, merged: Sequence[Incident]
) -> tuple[list[tuple[CallBeacon, int | None]], dict[str, str]]:
    """Return the call beacons of an incident and its merged incidents, and the number each merged one belongs to."""
    found, origin = beacons_near(session, incident), {}
    known = {beacon.id for beacon, _ in found}
    for other in merged:
        for beacon, _ in beacons_near(session, other):
            if beacon.id in known:
                continue
            known.add(beacon.id)
            distance_m = _metres(incident, beacon)
            found.append((beacon, None if distance_m is None else round(distance_m)))
            origin[beacon.id] = spoken_number(other.number)
    return found, origin


def beacons_near(session: Session, incident: Incident) -> list[tuple[CallBeacon, int | None]]:
    """Return the call beacons near an incident in place and time, nearest first."""
    query = select(CallBeacon).where(
        CallBeacon.at.between(incident.received_at - NEAR_IN_TIME, incident.received_at + NEAR_IN_TIME)
    )
    near: list[tuple[CallBeacon, int | None]] = []
    for beacon in session.scalars(query):
        distance_m = _metres(incident, beacon)
        if beacon.incident_id == incident.id or (distance_m is not None and distance_m <= NEAR_M):
            near.append((beacon, None if distance_m is None else round(distance_m)))
    return sorted(near, key=lambda entry: entry[1] if entry[1] is not None else 0)


def recent_beacons(session: Session, *, within: timedelta = timedelta(minutes=10)) -> Sequence[CallBeacon]:
    """Return at most 8 call beacons of the last minutes, newest first, for the ringing line."""
    query = select(CallBeacon).where(CallBeacon.at > now() - within).order_by(CallBeacon.at.desc()).limit(8)
    return session.scalars(query).all()


def _metres(incident: Incident, beacon: CallBeacon) -> float | None:
    if incident.lat is None or incident.lon is None or beacon.lat is None or beacon.lon is None:
        return None
    return metres(incident.lat, incident.lon, beacon.lat, beacon.lon)


def _report_details(session: Session, incident_id: str) -> list[ReportDetail]:
    reports = session.scalars(
        select(Report).where(Report.incident_id == incident_id).order_by(Report.received_at, Report.id)
    ).all()
    pictures: dict[str, list[Media]] = {report.id: [] for report in reports}
    query = select(Media).where(Media.report_id.in_(list(pictures))).order_by(Media.created_at, Media.id)
    for media in session.scalars(query):
        pictures[media.report_id].append(media)
    return [
        ReportDetail(report, json.loads(report.answers or "{}"), pictures[report.id]) for report in reports
    ]


def _timeline_entry(event: Event, names: Mapping[str, str]) -> TimelineEntry:
    actor_name = names.get(event.actor_id or "", "") if event.actor == "staff" else ""
    return TimelineEntry(
        event.seq, event.at, event.name, event.actor, actor_name, json.loads(event.data), event.report_id
    )
