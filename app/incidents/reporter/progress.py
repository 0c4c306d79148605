"""List the progress of a report as its reporter sees it; each step is a recorded event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.clock import now
from app.core.models import Event
from app.incidents.duplicates.report_history import visible_to
from app.incidents.lifecycle.transitions import LIVE_ASSIGNMENTS, REASSIGNING
from app.incidents.models import Assignment, Incident
from app.notifications.wording import UNSPOKEN_AGENCIES
from app.reports.models import Report

PROGRESS_NAMES = (
    "received",
    "opened",
    "forwarded",
    "accepted",
    "en_route",
    "on_scene",
    "hand_over",
    "lead",
    REASSIGNING,
    "closed",
    "reopen",
    *("merged_into", "unmerged_from"),
    *("waking", "waking_supervisor", "waking_head"),
    *("waiting", "waiting_head", "waiting_supervisor"),
)
"""Step names; `received` is the event of this report, the others are events of its incident."""


ESCALATED: Final[Mapping[tuple[str, str], str]] = {
    ("unopened", "operators"): "waking",
    ("unopened", "supervisor"): "waking_supervisor",
    ("unopened", "head"): "waking_head",
    ("unaccepted", "agency_first"): "waiting",
    ("unaccepted", "agency_second"): "waiting",
    ("unaccepted", "agency_head"): "waiting_head",
    ("unaccepted", "supervisor"): "waiting_supervisor",
    ("unaccepted", "head"): "waiting_supervisor",
}
"""(policy, recipient) → step name, for escalation steps that reporters are shown."""


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One progress step: event number, name, time, and the agencies' short names."""

    seq: int
    name: str
    at: datetime
    agency: str | None = None
    resolution: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the step in the shape of the report API; unknown values are left out."""
        row: dict[str, Any] = {"seq": self.seq, "name": self.name, "at": self.at.isoformat()}
        if self.agency:
            row["agency"] = self.agency
        if self.resolution:
            row["resolution"] = self.resolution
        return row


def list_progress(session: Session, report: Report) -> list[ProgressStep]:
    """Return the progress steps of a report, oldest first."""
    query = select(Event).where(visible_to(session, report)).order_by(Event.seq)
    short = _short_names(session)
    steps = (_progress_step(event, short) for event in session.scalars(query))
    return [step for step in steps if step]


def agencies(session: Session, incident_id: str) -> list[str]:
    """Return the short names of the assigned agencies, the lead first."""
    query = (
        select(Agency.short_name)
        .join(Assignment, Assignment.agency == Agency.code)
        .where(
            Assignment.incident_id == incident_id,
            Assignment.state.in_((*LIVE_ASSIGNMENTS, "done")),
            Agency.code.not_in(UNSPOKEN_AGENCIES),
        )
        .order_by(Assignment.leads.desc(), Assignment.notified_at, Assignment.id)
    )
    return list(dict.fromkeys(session.scalars(query)))


def unopened_alarm(incident: Incident, *, at: datetime | None = None) -> bool:
    """Return whether the incident is unopened past its limit, so the phone tells the reporter to call 112."""
    due = incident.received_at + timedelta(seconds=incident.open_within_s)
    return incident.state == "received" and (at or now()) > due


def _progress_step(event: Event, short: Mapping[str, str]) -> ProgressStep | None:
    data = json.loads(event.data)
    name = REASSIGNING if data.get("reporter_message") == REASSIGNING else event.name
    if name == "escalated":
        name = ESCALATED.get((data["ladder"], data["who"]), "") if data["shown"] else ""
    if name not in PROGRESS_NAMES:
        return None
    codes = [] if name == REASSIGNING else data.get("agencies") or [data.get("agency")]
    return ProgressStep(
        event.seq,
        name,
        event.at,
        ", ".join(short[code] for code in codes if code in short) or None,
        data.get("resolution"),
    )


def _short_names(session: Session) -> dict[str, str]:
    query = select(Agency.code, Agency.short_name).where(Agency.code.not_in(UNSPOKEN_AGENCIES))
    return {row.code: row.short_name for row in session.execute(query)}
