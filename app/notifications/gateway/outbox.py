"""The outbox of rings: a row for each address, written in the transaction of the step that rings."""

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
"""Nobody's phone rings twice for the same reason within this time, however many incidents wait."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is rung about: the event, the incident, whose silence it is, and the words."""

    event_seq: int
    incident_id: str | None
    assignment_id: str | None
    wording: str
    facts: Mapping[str, Any]


def address_of(one: Reachable, means: str) -> str | None:
    """Return where somebody is reached by a means."""
    return one.email if means == "email" else one.phone


def enqueue_rings(session: Session, due: Due, means: Sequence[str], people: Sequence[Reachable]) -> int:
    """Write a ring for each person and means that has an address; return how many."""
    wanted: dict[tuple[str, str], Reachable] = {}
    for person in people:
        for by in means:
            address = address_of(person, by)
            if address:
                wanted.setdefault((by, address), person)
    moment = now()
    for (by, address), item in wanted.items():
        bundled = _rung_just_now(session, by, address, due.wording)
        session.add(
            Ring(
                id=new_id(),
                event_seq=due.event_seq,
                incident_id=due.incident_id,
                assignment_id=due.assignment_id,
                contact_id=item.contact_id,
                means=by,
                address=address,
                wording=due.wording,
                facts=json.dumps(dict(due.facts), ensure_ascii=False),
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


def _rung_just_now(session: Session, means: str, address: str, wording: str) -> str | None:
    """Return the ring that the same person has had, or is about to have, for the same reason."""
    query = select(Ring.id).where(
        Ring.address == address,
        Ring.created_at > now() - BUNDLED,
        Ring.means == means,
        Ring.wording == wording,
        Ring.state.in_(("waiting", "taken")),
    )
    return session.scalars(query.order_by(Ring.created_at.desc()).limit(1)).first()
