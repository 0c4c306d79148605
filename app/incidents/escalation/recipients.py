"""Find the recipients of an escalation step and queue their pushes and gateway messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.drills import drill_participants
from app.agencies import on_call
from app.agencies.models import Agency
from app.agencies.on_call import Reachable
from app.incidents.lifecycle.notify import incident_pushed
from app.incidents.models import Assignment, Incident
from app.notifications.gateway.models import REHEARSED
from app.notifications.gateway.outbox import Due, address_of, enqueue_rings
from app.notifications.webpush.models import PushSubscription
from app.notifications.webpush.outbox import enqueue
from app.notifications.wording import UNSPOKEN_KINDS
from app.reports.report_number import spoken_number

DUTIES: Final[Mapping[str, str]] = {
    "operators": "operator",
    "supervisor": "supervisor",
    "head": "head",
    "agency_first": "first",
    "agency_second": "second",
    "agency_head": "head",
}
"""Recipient of a step → on-call duty."""
PUSHES: Final[Mapping[str, str]] = {
    "unopened.room": "unopened",
    "forwarded.agency": "forwarded_task",
    "unaccepted.agency": "unanswered_task",
    "unaccepted.room": "unanswered",
    "declined.room": "declined",
}
"""Wording of gateway messages → wording of pushes."""


@dataclass(frozen=True, slots=True)
class Call:
    """An escalation step to run: incident, unanswered assignment, policy, recipient and means."""

    incident: Incident
    row: Assignment | None
    ladder: str
    who: str
    means: list[str]

    @property
    def wording(self) -> str:
        return f"{self.ladder}.{'agency' if self.who.startswith('agency_') else 'room'}"

    @property
    def ring_wording(self) -> str:
        return f"{REHEARSED}{self.wording}" if self.incident.simulation else self.wording

    def people(self, session: Session, at: datetime) -> list[Reachable]:
        """Return the recipients on call; of a drill's incident only staff who take part."""
        own = self.row.agency if self.row and self.who.startswith("agency_") else None
        found = on_call.reachable(session, own, DUTIES[self.who], at)
        if not self.incident.simulation:
            return found
        part = drill_participants(session)
        return [item for item in found if item.staff_id in part]


def count(session: Session, step_call: Call, people: Sequence[Reachable]) -> int:
    """Return how many recipients have an address for one of the means."""
    pushed = _pushable(session, step_call, people)
    return sum(
        person.staff_id in pushed or any(address_of(person, by) for by in step_call.means if by != "push")
        for person in people
    )


def call(session: Session, seq: int, step_call: Call, people: Sequence[Reachable]) -> None:
    """Queue the pushes and gateway messages of event `seq`, in its transaction."""
    incident, row = step_call.incident, step_call.row
    short = session.get_one(Agency, row.agency).short_name if row else ""
    if _pushable(session, step_call, people):
        enqueue(
            session,
            event_seq=seq,
            incident=incident_pushed(session, incident.id),
            wording=PUSHES[step_call.wording],
            staff=[person.staff_id for person in people if person.staff_id],
            data={"agency": short},
        )
    enqueue_rings(
        session,
        Due(seq, incident.id, row.id if row else None, step_call.ring_wording, _call_words(step_call, short)),
        [by for by in step_call.means if by != "push"],
        people,
    )


def _call_words(step_call: Call, agency: str) -> dict[str, str]:
    """Return the variables of the message; empty where a silent case sends the same message to the same people."""
    if step_call.row is None or step_call.who.startswith("agency_"):
        return {}
    return {"number": spoken_number(step_call.incident.number), "agency": agency}


def _pushable(session: Session, step_call: Call, people: Sequence[Reachable]) -> set[str]:
    """Return the staff ids that a push would reach."""
    ids = [person.staff_id for person in people if person.staff_id]
    if "push" not in step_call.means or not ids or step_call.incident.kind in UNSPOKEN_KINDS:
        return set()
    living = select(PushSubscription.staff_id).where(PushSubscription.gone_at.is_(None))
    return {row for row in session.scalars(living.where(PushSubscription.staff_id.in_(ids))) if row}
