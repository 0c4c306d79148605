"""Writes rings to the outbox: a row for each address, in the transaction of the escalation step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.on_call import Reachable
from app.core.clock import now
from app.core.db import NEWS
from app.core.ids import new_id
from app.notifications.gateway.models import Ring

BUNDLED: Final = timedelta(seconds=60)
"""One address is rung once within this time for the same wording, however many incidents wait."""


@dataclass(frozen=True, slots=True)
class Due:
    """The reason of a ring: the event, the incident, the unanswered assignment, and the wording."""

    event_seq: int
    incident_id: str | None
    assignment_id: str | None
    wording: str
    data: Mapping[str, Any]


def address_of(person: Reachable, means: str) -> str | None:
    """Return the e-mail address or phone number of a contact for a means."""
    return person.email if means == "email" else person.phone


def enqueue_rings(session: Session, due: Due, means: Sequence[str], people: Sequence[Reachable]) -> int:
    """Write a ring for each person and means that has an address; return their number."""
    wanted: dict[tuple[str, str], Reachable] = {}
    for person in people:
        for by in means:
            address = address_of(person, by)
            if address:
                wanted.setdefault((by, address), person)
    moment = now()
    for (by, address), person in wanted.items():
        bundled = _find_recent_ring(session, by, address, due.wording)
        session.add(
            Ring(
                id=new_id(),
                event_seq=due.event_seq,
                incident_id=due.incident_id,
                assignment_id=due.assignment_id,
                contact_id=person.contact_id,
                means=by,
                address=address,
                wording=due.wording,
                data=json.dumps(dict(due.data), ensure_ascii=False),
                state="bundled" if bundled else "waiting",
                reference=bundled,
                created_at=moment,
                next_at=moment,
                ended_at=moment if bundled else None,
                attempts=0,
            )
        )
        session.flush()
    session.info[NEWS] = bool(wanted) or session.info.get(NEWS, False)
    return len(wanted)


def _find_recent_ring(session: Session, means: str, address: str, wording: str) -> str | None:
    """Return the id of a recent ring to the same address with the same wording, None when there is none."""
    query = select(Ring.id).where(
        Ring.address == address,
        Ring.created_at > now() - BUNDLED,
        Ring.means == means,
        Ring.wording == wording,
        Ring.state.in_(("waiting", "taken")),
    )
    return session.scalars(query.order_by(Ring.created_at.desc()).limit(1)).first()
