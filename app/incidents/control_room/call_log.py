"""List the calls to staff about an incident, by every means, with their results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.agencies.models import Contact
from app.notifications.gateway.models import Ring
from app.notifications.webpush.models import Notification, PushSubscription


@dataclass(frozen=True, slots=True)
class Rung:
    """One call: `state` of the message or push, `answer` of the carrier, `shown_at` for pushes."""

    at: datetime
    who: str
    means: str
    state: str
    answer: str
    attempts: int
    shown_at: datetime | None = None


def rung(session: Session, incident_id: str) -> list[Rung]:
    """Return the calls about an incident, oldest first."""
    return sorted([*_rings(session, incident_id), *_pushes(session, incident_id)], key=lambda ring: ring.at)


def _rings(session: Session, incident_id: str) -> list[Rung]:
    query = (
        select(Ring, Contact.name)
        .outerjoin(Contact, Contact.id == Ring.contact_id)
        .where(Ring.incident_id == incident_id)
    )
    return [
        Rung(ring.created_at, name or ring.address, ring.means, ring.state, ring.answer or "", ring.attempts)
        for ring, name in session.execute(query)
    ]


def _pushes(session: Session, incident_id: str) -> list[Rung]:
    query = (
        select(Notification, Staff.name)
        .join(PushSubscription, PushSubscription.id == Notification.subscription_id)
        .join(Staff, Staff.id == PushSubscription.staff_id)
        .where(Notification.incident_id == incident_id)
    )
    return [
        Rung(push.created_at, name, "push", push.state, push.answer or "", push.attempts, push.shown_at)
        for push, name in session.execute(query)
    ]
