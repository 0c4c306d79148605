"""The wall screen: how the room stands, readable from across it and touched by nobody."""

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
"""Incidents that fit the screen in letters of 5 m; how many more there are is said."""
SILENT_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Silence:
    """An agency that owes answers: how many, and since when."""

    agency: str
    count: int
    since: datetime


@console_route("/dinding", roles=READERS)
def wall() -> ResponseReturnValue:
    """Show red and overdue incidents, silent agencies, who works, and figures by state."""
    with database().read() as session:
        return render_template("console/wall.html", **_wall_context(session))


def _wall_context(session: Session) -> dict[str, Any]:
    """Return what hangs on the wall; what happens at home never does, in no figure either."""
    every = [standing for standing in standings(session) if standing.incident.kind not in UNSPOKEN_KINDS]
    urgent = [item for item in every if item.level == "alert" or item.incident.priority == 1]
    quiet = _by_agency(silent(every))
    working = shifts.running(session)
    return {
        "urgent": urgent[:SHOWN],
        "more": len(urgent) - SHOWN,
        "states": _states(every),
        "overdue": sum(item.level == "alert" for item in every),
        "quiet": quiet[:SILENT_SHOWN],
        "more_quiet": len(quiet) - SILENT_SHOWN,
        "working": working,
        "staff_names": names_of(session, [row.staff_id for row in working]),
        "agencies": agency_names(session),
        "villages": village_names(),
        "seq": head(session),
        "drawn_at": now(),
    }


def _states(every: list[Standing]) -> dict[str, int]:
    counted: dict[str, int] = {state: 0 for state in INCIDENT_STATES if state != "closed"}
    for item in every:
        counted[item.incident.state] += 1
    return counted


def _by_agency(silences: list[Silent]) -> list[Silence]:
    """Return each silent agency once, the longest silence first."""
    found: dict[str, list[Silent]] = {}
    for silence in silences:
        found.setdefault(silence.agency, []).append(silence)
    return [Silence(agency, len(owed), owed[0].since) for agency, owed in found.items()]
