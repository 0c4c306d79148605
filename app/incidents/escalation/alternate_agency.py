"""Forward an incident to the alternate agency when its lead declines or does not answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.ids import new_id
from app.eventlog.log import SYSTEM, record_event
from app.incidents.escalation.timer_rules import current
from app.incidents.lifecycle.commands import assignments_of
from app.incidents.lifecycle.notify import queue_notifications
from app.incidents.lifecycle.transitions import LIVE_ASSIGNMENTS
from app.incidents.models import Assignment, Incident


def choose(session: Session, incident: Incident, row: Assignment | None) -> tuple[str | None, str]:
    """Return the agency that replaces the assignment `row`, and the outcome of the step."""
    if row is None:
        return None, "no_alternate"
    if not row.leads:
        return None, "supports"
    code = session.get_one(Agency, row.agency).alternate
    agency = session.get(Agency, code) if code else None
    assigned_codes = {item.agency for item in current(incident, assignments_of(session, incident.id))}
    if agency is None or not agency.active or agency.code in assigned_codes:
        return None, "no_alternate"
    return agency.code, "routed"


def give(session: Session, incident: Incident, row: Assignment, code: str, at: datetime) -> None:
    """Assign the incident to agency `code` as lead; the previous agency keeps its task and may still accept it."""
    for item in assignments_of(session, incident.id):
        if item.state in LIVE_ASSIGNMENTS:
            item.leads = False
    fresh = Assignment(
        id=new_id(),
        incident_id=incident.id,
        agency=code,
        leads=True,
        state="notified",
        version=1,
        notified_at=at,
    )
    session.add(fresh)
    if incident.state == "opened":
        incident.state, incident.forwarded_at = "forwarded", at
    incident.lead = code
    incident.version += 1
    session.flush()
    recorded = record_event(
        session,
        SYSTEM,
        "forwarded",
        at=at,
        incident_id=incident.id,
        agencies=[code],
        lead=code,
        assignments={code: fresh.id},
        instead_of=row.agency,
        state=incident.state,
        version=incident.version,
        reporter_message="forwarded",
    )
    queue_notifications(session, recorded)
