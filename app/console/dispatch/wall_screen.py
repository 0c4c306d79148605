"""Show the state of the control room on a wall screen, readable from 5 m and without controls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.dispatch.queue import agency_names, village_names
from app.console.shared.layout import READERS
from app.console.shared.route import console_route
from app.core.clock import now
from app.incidents.actor import names_of
from app.incidents.control_room import shifts
from app.incidents.models import INCIDENT_STATES
from app.incidents.queue.changes import head
from app.notifications.wording import UNSPOKEN_KINDS
from app.statistics.live_overview import Silent, Standing, silent, standings

SHOWN = 7
"""Incidents that fit the screen in letters readable from 5 m; the number of others is shown."""
SILENT_SHOWN = 5
"""Silent agencies that fit the screen."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Agency with unanswered assignments: their count, and the time of the oldest."""

    agency: str
    count: int
    since: datetime


@console_route("/dinding", roles=READERS)
def wall() -> ResponseReturnValue:
    """Show urgent and overdue incidents, silent agencies, staff on shift, and counts by state."""
    with database().read() as session:
        return render_template("console/wall.html", **_wall_context(session))


def _wall_context(session: Session) -> dict[str, Any]:
    """Return the context of the wall screen; domestic kinds are left out, of counts too."""
    shown = [standing for standing in standings(session) if standing.incident.kind not in UNSPOKEN_KINDS]
    urgent = [item for item in shown if item.level == "alert" or item.incident.priority == 1]
    quiet = _by_agency(silent(shown))
    working = shifts.running(session)
    return {
        "urgent": urgent[:SHOWN],
        "more": len(urgent) - SHOWN,
        "states": _states(shown),
        "overdue": sum(item.level == "alert" for item in shown),
        "quiet": quiet[:SILENT_SHOWN],
        "more_quiet": len(quiet) - SILENT_SHOWN,
        "working": working,
        "staff_names": names_of(session, [row.staff_id for row in working]),
        "agencies": agency_names(session),
        "villages": village_names(),
        "seq": head(session),
        "drawn_at": now(),
    }


def _states(shown: list[Standing]) -> dict[str, int]:
    counted: dict[str, int] = {state: 0 for state in INCIDENT_STATES if state != "closed"}
    for item in shown:
        counted[item.incident.state] += 1
    return counted


def _by_agency(silences: list[Silent]) -> list[Silence]:
    """Return each silent agency once, the longest wait first."""
    found: dict[str, list[Silent]] = {}
    for silence in silences:
        found.setdefault(silence.agency, []).append(silence)
    return [Silence(agency, len(owed), owed[0].since) for agency, owed in found.items()]
