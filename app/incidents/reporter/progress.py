"""What a reporter sees of the way of a report: rungs that are events the room recorded, and nothing else."""

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

RUNGS = (
    "received",
    "opened",
    "forwarded",
    "accepted",
    "en_route",
    "on_scene",
    "handed_over",
    "lead_changed",
    REASSIGNING,
    "closed",
    "reopened",
    *("merged", "unmerged"),
    *("waking", "waking_supervisor", "waking_head"),
    *("waiting", "waiting_head", "waiting_supervisor"),
)
"""Names of rungs; `received` is the event of this very report, the others are its incident's."""


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
"""Step of a ladder → rung, where the step says that reporters are shown it."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One true step: the event's number, name and moment, and the agencies by their short names."""

    seq: int
    name: str
    at: datetime
    agency: str | None = None
    resolution: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the report contract says; what is not known is left out."""
        row: dict[str, Any] = {"seq": self.seq, "name": self.name, "at": self.at.isoformat()}
        if self.agency:
            row["agency"] = self.agency
        if self.resolution:
            row["resolution"] = self.resolution
        return row


def ladder(session: Session, report: Report) -> list[Rung]:
    """Return the rungs of a report, oldest first."""
    query = select(Event).where(visible_to(session, report)).order_by(Event.seq)
    short = _short_names(session)
    rungs = (_rung(event, short) for event in session.scalars(query))
    return [rung for rung in rungs if rung]


def agencies(session: Session, incident_id: str) -> list[str]:
    """Return the short names of the agencies that have the incident now, the lead first."""
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
    """Tell whether nobody opened the incident within its kind's seconds: the phone then says to call 112."""
    due = incident.received_at + timedelta(seconds=incident.open_within_s)
    return incident.state == "received" and (at or now()) > due


def _rung(event: Event, short: Mapping[str, str]) -> Rung | None:
    facts = json.loads(event.data)
    name = REASSIGNING if facts.get("reporter_message") == REASSIGNING else event.name
    if name == "escalated":
        name = ESCALATED.get((facts["ladder"], facts["who"]), "") if facts["shown"] else ""
    if name not in RUNGS:
        return None
    codes = [] if name == REASSIGNING else facts.get("agencies") or [facts.get("agency")]
    return Rung(
        event.seq,
        name,
        event.at,
        ", ".join(short[code] for code in codes if code in short) or None,
        facts.get("resolution"),
    )


def _short_names(session: Session) -> dict[str, str]:
    query = select(Agency.code, Agency.short_name).where(Agency.code.not_in(UNSPOKEN_AGENCIES))
    return {row.code: row.short_name for row in session.execute(query)}
