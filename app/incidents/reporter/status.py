"""Return a report's status for its reporter, and record the reporter's signals."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import NotFound
from app.core.models import Event
from app.eventlog.log import REPORTER, lock_head, record_event
from app.incidents.models import Incident
from app.incidents.queue.unread import arrived
from app.incidents.reporter import messages, questions, read_receipts, still_ongoing
from app.incidents.reporter.nearby_question import near_report
from app.incidents.reporter.progress import agencies, list_progress, unopened_alarm
from app.incidents.trust.strikes import strike_of
from app.incidents.trust.verification_label import caution
from app.reports.advice import advice
from app.reports.models import Media, Report
from app.reports.report_number import spoken_number

SAME_SIGNAL = timedelta(seconds=60)
"""A signal repeated within this time counts once."""


def progress(session: Session, report_id: str) -> dict[str, Any]:
    """Return everything the reporter is shown; each progress step is a recorded event.

    Raises:
        NotFound: no such report any more.
    """
    report, incident = _report_and_incident(session, report_id)
    media = session.scalars(
        select(Media).where(Media.report_id == report.id).order_by(Media.created_at, Media.id)
    )
    return {
        "id": report.id,
        "number": spoken_number(report.number),
        "kind": report.kind,
        "state": incident.state,
        "received_at": report.received_at.isoformat(),
        "priority": report.priority,
        "simulation": report.simulation,
        "ladder": [rung.as_json() for rung in list_progress(session, report)],
        "agencies": agencies(session, incident.id),
        "messages": messages.as_json(messages.of_report(session, report.id)),
        "open_within_s": incident.open_within_s,
        "unopened_alarm": unopened_alarm(incident),
        "media": [
            {
                "id": row.id,
                "type": row.type,
                "state": row.state,
                "offset": row.received_bytes,
                "bytes": row.bytes,
            }
            for row in media
        ],
        "advice": advice(report.kind, report.locale),
        "nearby": near_report(session, report, incident),
        "still": still_ongoing.open_question(session, report.id),
        "caution": caution(session, report),
        "strike": strike_of(session, report.id),
        **talk_of(session, report),
    }


def talk_of(session: Session, report: Report) -> dict[str, Any]:
    """Return the open request, the running position sharing and the needs of a reporter."""
    return {
        **questions.open_for_reporter(session, report),
        "needs": read_receipts.needs(session, [report.id]).get(report.id, []),
    }


def signal(session: Session, report_id: str, code: str) -> dict[str, Any]:
    """Record a reporter's signal; repeating it within a minute changes nothing.

    Raises:
        NotFound: no such report any more.
    """
    lock_head(session)
    report, incident = _report_and_incident(session, report_id)
    moment = now()
    recent = session.scalars(
        select(Event)
        .where(
            Event.incident_id == incident.id,
            Event.report_id == report.id,
            Event.name == "signalled",
            Event.at > moment - SAME_SIGNAL,
        )
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    if recent is not None and json.loads(recent.data)["signal"] == code:
        return {"signal": code, "at": recent.at.isoformat()}
    arrived(session, incident.id, signal=code, at=moment)
    record_event(
        session, REPORTER, "signalled", at=moment, incident_id=incident.id, report_id=report.id, signal=code
    )
    return {"signal": code, "at": moment.isoformat()}


def _report_and_incident(session: Session, report_id: str) -> tuple[Report, Incident]:
    row = session.execute(
        select(Report, Incident)
        .join(Incident, Incident.id == Report.incident_id)
        .where(Report.id == report_id)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound
    return row.Report, row.Incident
