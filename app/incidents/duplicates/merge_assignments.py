"""Move assignments when incidents are merged: each agency keeps its furthest one; undoing restores all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.incidents.escalation.models import Clock
from app.incidents.escalation.timer_rules import current
from app.incidents.lifecycle.commands import assignments_of
from app.incidents.lifecycle.transitions import FORWARDED_STATES, LIVE_ASSIGNMENTS, Progress, following
from app.incidents.models import Assignment, Incident

_MOMENTS = {"accepted": "accepted_at", "en_route": "en_route_at", "on_scene": "on_scene_at"}


def take_over(session: Session, incident: Incident, other: Incident, at: datetime) -> dict[str, Any]:
    """Move the other incident's live assignments to this one; return the data that `give_back` needs."""
    own = {row.agency: row for row in assignments_of(session, incident.id) if row.state in LIVE_ASSIGNMENTS}
    moved, rested = [], []
    leads = any(row.leads for row in own.values())
    for row in assignments_of(session, other.id):
        if row.state not in LIVE_ASSIGNMENTS:
            continue
        here = own.get(row.agency)
        if here is None or _rank(row) > _rank(here):
            moved.append({"id": row.id, "leads": row.leads})
            row.leads = here.leads if here else (row.leads and not leads)
            _move(session, row, incident.id)
        if here is not None:
            resting = here if _rank(row) > _rank(here) else row
            rested.append({"id": resting.id, "state": resting.state, "leads": resting.leads})
            resting.state, resting.ended_at, resting.leads = "cancelled", at, False
            resting.version += 1
    session.flush()
    if moved:
        _update_incident(session, incident)
    return {"moved": moved, "rested": rested, "at": at.isoformat()}


def give_back(session: Session, incident: Incident, other: Incident, taken: dict[str, Any]) -> None:
    """Undo `take_over`: moved assignments return in their current state, cancelled ones resume their old state."""
    for entry in taken["moved"]:
        row = session.get_one(Assignment, entry["id"], populate_existing=True)
        row.leads = entry["leads"] and row.state not in {"declined", "cancelled"}
        _move(session, row, other.id)
    for entry in taken["rested"]:
        row = session.get_one(Assignment, entry["id"], populate_existing=True)
        if row.state == "cancelled" and (row.incident_id == other.id or incident.closed_at is None):
            row.state, row.leads, row.ended_at = entry["state"], entry["leads"], None
            row.version += 1
    session.flush()
    if taken["moved"] or taken["rested"]:
        _update_incident(session, other)
        if incident.closed_at is None:
            _update_incident(session, incident)


def _move(session: Session, row: Assignment, incident_id: str) -> None:
    row.incident_id = incident_id
    row.version += 1
    session.execute(update(Clock).where(Clock.subject == row.id).values(incident_id=incident_id))


def _update_incident(session: Session, incident: Incident) -> None:
    """Update an incident's state and lead from its assignments."""
    rows = current(incident, assignments_of(session, incident.id))
    counted = [row for row in rows if row.state not in {"declined", "cancelled"}]
    if not counted:
        if incident.state in FORWARDED_STATES:
            incident.state, incident.lead = "opened", None
        return
    incident.state = following(Progress(row.state, _reached(row)) for row in counted)
    first = next((row for row in counted if row.leads), counted[0])
    first.leads, incident.lead = True, first.agency
    moments = {"forwarded_at": [row.notified_at for row in counted]}
    for name in _MOMENTS.values():
        moments[name] = [moment for row in counted if (moment := getattr(row, name)) is not None]
    for name, found in moments.items():
        if getattr(incident, name) is None and found:
            setattr(incident, name, min(found))
    session.flush()


def _reached(row: Assignment) -> str:
    for state in reversed(tuple(_MOMENTS)):
        if getattr(row, _MOMENTS[state]) is not None:
            return state
    return "notified"


def _rank(row: Assignment) -> int:
    return LIVE_ASSIGNMENTS.index(row.state)
