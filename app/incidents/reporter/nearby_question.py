"""Ask a reporter, after the report, whether an incident nearby is the same.

The report is stored first. The reporter is shown only a publicly visible kind, the kelurahan, minutes, and metres in
steps of 100: no words, photos, names or place (docs/decisions/0047).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.domain import KIND_DEFINITIONS, KINDS
from app.core.errors import NotFound
from app.core.models import Event
from app.eventlog.log import REPORTER, lock_head, record_event
from app.geo.models import Kelurahan
from app.incidents.duplicates.merge import join
from app.incidents.duplicates.nearby import nearby
from app.incidents.duplicates.similarity import SAME_CONFIRMED
from app.incidents.models import Incident
from app.reports.models import Report

VISIBLE_KINDS: Final = tuple(kind for kind in KINDS if KIND_DEFINITIONS[kind].visible_to_neighbours)
"""Kinds visible from the street; kinds about one person or open to revenge are excluded."""
MOST: Final = 3
STEP_M: Final = 100
ASK_WITHIN: Final = timedelta(minutes=15)
"""How long after the report the question is shown."""
LATE: Final = timedelta(minutes=15)
_WAITING: Final = ("received", "opened")


def near_report(session: Session, report: Report, incident: Incident) -> list[dict[str, Any]]:
    """Return at most 3 incidents to ask a reporter about, most recent first; none once it is settled."""
    moment = now()
    if incident.state not in _WAITING or incident.reports > 1 or moment - report.received_at > ASK_WITHIN:
        return []
    if (
        report.kind not in VISIBLE_KINDS
        or report.lat is None
        or report.lon is None
        or _has_answered(session, report)
    ):
        return []
    moments = {moment}
    if report.made_at and moment - report.made_at > LATE:
        moments.add(report.made_at + LATE)
    near = {
        other.id: other.distance_m
        for at in sorted(moments)
        for other in nearby(session, lat=report.lat, lon=report.lon, at=at)
    }
    query = (
        select(Incident, Kelurahan.name)
        .outerjoin(Kelurahan, Kelurahan.code == Incident.kelurahan)
        .where(
            Incident.id.in_(near),
            Incident.id != incident.id,
            Incident.kind.in_(VISIBLE_KINDS),
            Incident.closed_at.is_(None),
            Incident.simulation == incident.simulation,
            Incident.received_at <= report.received_at,
            Incident.id.not_in(
                select(Report.incident_id).where(
                    Report.incident_id.in_(near), Report.kind.not_in(VISIBLE_KINDS)
                )
            ),
        )
        .order_by((Incident.kind == report.kind).desc(), Incident.received_at.desc())
        .limit(MOST)
    )
    return [
        {
            "id": other.id,
            "kind": other.kind,
            "kelurahan": name,
            "minutes": max(round((moment - other.received_at).total_seconds() / 60), 0),
            "within_m": max(-(-near[other.id] // STEP_M), 1) * STEP_M,
        }
        for other, name in session.execute(query)
    ]


def confirm_same(session: Session, report_id: str, incident_id: str) -> dict[str, Any]:
    """Record that a reporter confirmed a nearby incident as the same, and merge where that is safe.

    The merge is automatic while the report is unopened, the kinds are equal and the other is at least as urgent;
    otherwise dispatch decides.

    Raises:
        NotFound: no such report, or an incident outside the reporter's list.
    """
    lock_head(session)
    report = session.get(Report, report_id, populate_existing=True)
    if report is None:
        raise NotFound
    own = session.get_one(Incident, report.incident_id, populate_existing=True)
    if own.id == incident_id or _has_answered(session, report):
        return {"incident": incident_id, "joined": own.id == incident_id}
    if incident_id not in {entry["id"] for entry in near_report(session, report, own)}:
        raise NotFound
    incident = session.get_one(Incident, incident_id, populate_existing=True)
    record_event(
        session, REPORTER, SAME_CONFIRMED, incident_id=own.id, report_id=report.id, incident=incident_id
    )
    joins = own.state == "received" and own.kind == incident.kind and incident.priority <= own.priority
    if joins:
        join(session, incident, own)
    return {"incident": incident_id, "joined": joins}


def _has_answered(session: Session, report: Report) -> bool:
    query = select(Event.seq).where(
        Event.incident_id == report.incident_id, Event.name == SAME_CONFIRMED, Event.report_id == report.id
    )
    return session.scalars(query.limit(1)).first() is not None
