"""Mark and remove simulated reports and incidents.

Simulations are labelled on every screen and send no push outside a drill.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.core.clock import now
from app.eventlog.log import SYSTEM, record_event
from app.incidents.models import Incident
from app.notifications.webpush.models import Notification
from app.reports.models import Media, Report


def mark(session: Session, report_id: str) -> str:
    """Mark a report and its incident as simulation; return the incident id."""
    report = session.get_one(Report, report_id)
    report.simulation = True
    session.execute(update(Incident).where(Incident.id == report.incident_id).values(simulation=True))
    record_event(session, SYSTEM, "simulated", incident_id=report.incident_id, report_id=report_id)
    return report.incident_id


def hush(session: Session, incident_id: str) -> None:
    """Delete the waiting pushes of a simulated incident, in the transaction that wrote them."""
    session.execute(
        delete(Notification).where(Notification.incident_id == incident_id, Notification.state == "waiting")
    )


def remove(session: Session, *, only: Sequence[str] | None = None) -> tuple[int, list[str]]:
    """Remove simulated reports and incidents; return the number of reports and the ids of their photos.

    Events stay, because the log is append-only; they hold only ids and codes. A `simulation_removed` event per
    incident makes every open console drop its row.

    Args:
        session: the transaction.
        only: ids of the incidents to remove, simulated or not; None: all simulated incidents.
    """
    query = select(Incident.id)
    incidents = list(
        session.scalars(query.where(Incident.simulation if only is None else Incident.id.in_(only)))
    )
    selected = Report.simulation if only is None else Report.incident_id.in_(incidents)
    photos = list(
        session.scalars(select(Media.id).join(Report, Report.id == Media.report_id).where(selected))
    )
    count = len(list(session.scalars(select(Report.id).where(selected))))
    moment = now()
    for incident_id in incidents:
        record_event(session, SYSTEM, "simulation_removed", at=moment, incident_id=incident_id)
    session.execute(delete(Notification).where(Notification.incident_id.in_(incidents)))
    session.execute(delete(Report).where(selected))
    session.execute(delete(Incident).where(Incident.id.in_(incidents)))
    return count, photos
