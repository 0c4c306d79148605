"""List the timers an incident needs in its current state. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.incidents.lifecycle.transitions import LIVE_ASSIGNMENTS
from app.incidents.models import Assignment, Incident

PASSED_ON = "duplicate"
"""A lead that declines for this reason is not replaced: the incident is already handled elsewhere."""


@dataclass(frozen=True, slots=True)
class RequiredTimer:
    """A timer: its subject, policy, start and allowed seconds."""

    subject: str
    ladder: str
    since: datetime
    within_s: int

    @property
    def base_at(self) -> datetime:
        """When the timer expires."""
        return self.since + timedelta(seconds=self.within_s)


def required_timers(
    incident: Incident, assignments: Sequence[Assignment], *, rehearsed: bool = False
) -> list[RequiredTimer]:
    """Return the timers of an incident; closed incidents have none, simulated ones only during their drill."""
    if (incident.simulation and not rehearsed) or incident.closed_at is not None:
        return []
    if incident.state == "received":
        return [RequiredTimer(incident.id, "unopened", incident.received_at, incident.open_within_s)]
    waits = []
    for row in assignments:
        if row.state == "notified":
            waits.append(RequiredTimer(row.id, "forwarded", row.notified_at, 0))
            waits.append(RequiredTimer(row.id, "unaccepted", row.notified_at, incident.accept_within_s))
    lost = _lost_lead(incident, assignments)
    if lost is not None and lost.ended_at is not None:
        waits.append(RequiredTimer(lost.id, "declined", lost.ended_at, 0))
    return waits


def current(incident: Incident, assignments: Iterable[Assignment]) -> list[Assignment]:
    """Return the assignments since the incident was last opened; reopening starts again."""
    since = incident.opened_at
    return [row for row in assignments if since is None or row.ended_at is None or row.ended_at >= since]


def _lost_lead(incident: Incident, assignments: Sequence[Assignment]) -> Assignment | None:
    """Return the lead that declined last, while no other agency leads."""
    leads = [row for row in current(incident, assignments) if row.leads]
    if any(row.state in {*LIVE_ASSIGNMENTS, "done"} for row in leads):
        return None
    declined = [row for row in leads if row.state == "declined" and row.ended_at is not None]
    if not declined:
        return None
    last = max(declined, key=lambda row: (row.ended_at, row.id))
    return None if last.reason == PASSED_ON else last
