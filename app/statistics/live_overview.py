"""Show the present situation: open incidents and their waits, late agencies, staff on duty, load by hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff, StaffSession
from app.core.clock import WITA, now, wita_day
from app.incidents.models import Assignment, Incident, Looking
from app.incidents.queue.viewers import PRESENCE_TIMEOUT_S
from app.reports.report_number import spoken_number
from app.statistics.targets import read_targets

WARN_AT: Final = 0.6
"""Share of the limit from which a wait counts as a warning."""
SINCE: Final = {
    "received": "received_at",
    "opened": "opened_at",
    "forwarded": "forwarded_at",
    "accepted": "accepted_at",
    "en_route": "en_route_at",
    "on_scene": "on_scene_at",
}
LEG_OF: Final = {"opened": "forwarding", "accepted": "turnout", "en_route": "travel"}
"""States whose limit is a target; the limits of `received` and `forwarded` are stored in the incident."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An open incident; `level` is calm, warn or alert, `limit_s` is None where no limit applies."""

    incident: Incident
    number: str
    since: datetime
    limit_s: int | None
    level: str
    agencies: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Silent:
    """An agency that was notified and has not accepted or declined in time."""

    agency: str
    incident: Incident
    number: str
    since: datetime
    limit_s: int


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A member of staff with an open console."""

    name: str
    role: str
    agency: str | None
    since: datetime
    seen_at: datetime
    looks_at: tuple[tuple[str, str], ...]
    """Incidents on the screen: id and number."""


def level(elapsed_s: float, limit_s: int | None) -> str:
    """Return the level of a wait: calm, warn or alert; screens show the word beside the colour."""
    if limit_s is None or elapsed_s < limit_s * WARN_AT:
        return "calm"
    return "alert" if elapsed_s >= limit_s else "warn"


def standings(session: Session, *, at: datetime | None = None, most: int = 300) -> list[Standing]:
    """Return the open incidents, worst waits first."""
    moment = at or now()
    incidents = session.scalars(
        select(Incident)
        .where(Incident.closed_at.is_(None))
        .order_by(Incident.priority, Incident.received_at)
        .limit(most)
    ).all()
    assignments = _active_assignments(session, [incident.id for incident in incidents])
    limits = {kind: _limits(session, kind) for kind in {incident.kind for incident in incidents}}
    found = []
    for incident in incidents:
        since: datetime = getattr(incident, SINCE[incident.state]) or incident.received_at
        limit_s = _limit(incident, limits[incident.kind])
        elapsed_s = (moment - since).total_seconds()
        agencies = tuple(assignments.get(incident.id, ()))
        found.append(
            Standing(
                incident, spoken_number(incident.number), since, limit_s, level(elapsed_s, limit_s), agencies
            )
        )
    order = ("alert", "warn", "calm")
    return sorted(found, key=lambda item: (order.index(item.level), item.incident.priority, item.since))


def silent(standing: Sequence[Standing], *, at: datetime | None = None) -> list[Silent]:
    """Return the agencies that are late to respond, longest silence first."""
    moment = at or now()
    found = [
        Silent(
            assignment.agency,
            item.incident,
            item.number,
            assignment.notified_at,
            item.incident.accept_within_s,
        )
        for item in standing
        for assignment in item.agencies
        if assignment.state == "notified"
        and (moment - assignment.notified_at).total_seconds() >= item.incident.accept_within_s
    ]
    return sorted(found, key=lambda item: item.since)


def on_duty(session: Session, idle: timedelta, longest: timedelta) -> list[OnDuty]:
    """Return signed-in staff with a recently active console, control room first, then agencies."""
    moment = now()
    rows = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(
            StaffSession.ended_at.is_(None),
            StaffSession.seen_at > moment - idle,
            StaffSession.created_at > moment - longest,
            Staff.disabled_at.is_(None),
            Staff.role.in_(("operator", "supervisor", "agency")),
        )
        .order_by(Staff.name, StaffSession.created_at)
    ).all()
    viewed = _viewed_incidents(session, moment)
    people: dict[str, OnDuty] = {}
    for sign_in, staff in rows:
        earlier = people.get(staff.id)
        people[staff.id] = OnDuty(
            staff.name,
            staff.role,
            staff.agency,
            earlier.since if earlier else sign_in.created_at,
            max(earlier.seen_at, sign_in.seen_at) if earlier else sign_in.seen_at,
            tuple(viewed.get(staff.id, ())),
        )
    return sorted(people.values(), key=lambda person: (person.role == "agency", person.name))


def load_by_hour(session: Session) -> tuple[list[int], list[int]]:
    """Return the incidents received in each hour of today and of yesterday (WITA), without drills."""
    today = wita_day(now())
    yesterday = wita_day(now() - timedelta(days=1))
    hours = {today: [0] * 24, yesterday: [0] * 24}
    query = select(Incident.day, Incident.received_at).where(
        Incident.day.in_((today, yesterday)), ~Incident.simulation
    )
    for day, received in session.execute(query):
        hours[day][received.astimezone(WITA).hour] += 1
    return hours[today], hours[yesterday]


def _limits(session: Session, kind: str) -> Mapping[str, int]:
    return {target.leg: target.seconds for target in read_targets(session, kind) if target.share == "p90"}


def _limit(incident: Incident, limits: Mapping[str, int]) -> int | None:
    if incident.state == "received":
        return incident.open_within_s
    if incident.state == "forwarded":
        return incident.accept_within_s
    return limits.get(LEG_OF.get(incident.state, ""))


def _active_assignments(session: Session, ids: Sequence[str]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = {}
    query: Any = select(Assignment).where(Assignment.incident_id.in_(ids), Assignment.ended_at.is_(None))
    for row in session.scalars(query.order_by(Assignment.leads.desc(), Assignment.notified_at)):
        found.setdefault(row.incident_id, []).append(row)
    return found


def _viewed_incidents(session: Session, moment: datetime) -> dict[str, list[tuple[str, str]]]:
    query = (
        select(Looking.staff_id, Incident.id, Incident.number)
        .join(Incident, Incident.id == Looking.incident_id)
        .where(Looking.at >= moment - timedelta(seconds=PRESENCE_TIMEOUT_S))
    )
    viewed: dict[str, list[tuple[str, str]]] = {}
    for staff_id, incident_id, number in session.execute(query):
        viewed.setdefault(staff_id, []).append((incident_id, spoken_number(number)))
    return viewed
