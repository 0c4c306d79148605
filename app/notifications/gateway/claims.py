"""Claims due rings from the outbox by lease, and records the provider's answer in each row."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database
from app.core.i18n import DEFAULT, say
from app.eventlog.log import SYSTEM, record_event
from app.notifications.gateway.models import REHEARSED, Ring
from app.notifications.gateway.providers import Answer, Parcel
from app.notifications.webpush.retry import pause_s

LEASE: Final = timedelta(seconds=30)
"""Three times the longest answer; after it, the worker that claimed the ring counts as dead."""
GIVE_UP_AFTER: Final = timedelta(minutes=10)
CARRIED_WHOLE: Final = "send_over"
"""Wording of a hand-over to another 112, whose words are the whole message; sent whatever state the incident has."""
ANSWER_PAGE: Final = "send_answer_page"
"""Wording of the link to a caller's answer page; sent whatever state the incident has."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A ring that this worker holds until its lease ends."""

    id: str
    attempts: int
    parcel: Parcel


def claim(database: Database, limit: int, is_needed: Callable[[Session, Ring], bool]) -> list[Taken]:
    """Claim at most `limit` due rings, oldest first; withdraw those that are no longer needed."""
    moment = now()
    due = select(Ring).where(Ring.state == "waiting", Ring.next_at <= moment).order_by(Ring.next_at, Ring.id)
    with database.read() as session:  # usually nothing is due, and a read takes no lock
        if session.scalars(due.limit(1)).first() is None:
            return []
    taken = []
    with database.write() as session:
        for ring in session.scalars(due.limit(limit).with_for_update(skip_locked=True)).all():
            if not is_needed(session, ring):
                ring.state, ring.answer, ring.ended_at = "withdrawn", "withdrawn", moment
            elif moment - ring.created_at >= GIVE_UP_AFTER:
                _fail(session, ring, ring.answer or "never_answered")
            else:
                ring.next_at, ring.attempts = moment + LEASE, ring.attempts + 1
                taken.append(Taken(ring.id, ring.attempts, _parcel(ring)))
    return taken


def record(database: Database, ring_id: str, answer: Answer) -> None:
    """Record a provider's answer; a ring that may succeed later is due again after a growing pause."""
    moment = now()
    with database.write() as session:
        ring = session.get(Ring, ring_id, populate_existing=True, with_for_update=True)
        if ring is None or ring.state != "waiting":
            return
        if answer.state == "taken":
            ring.state, ring.ended_at = "taken", moment
            ring.answer, ring.reference = answer.words, answer.reference
        elif answer.state == "failed":
            _fail(session, ring, answer.words)
        else:
            pause = pause_s(ring.attempts, answer.retry_after_s, random.random())  # noqa: S311  only spreads tries
            ring.answer = answer.words
            ring.next_at = min(moment + timedelta(seconds=pause), ring.created_at + GIVE_UP_AFTER)


def _fail(session: Session, ring: Ring, answer: str) -> None:
    """End a ring that failed, and append an event, so that the control room sees it in the incident's history.

    A ring without an incident belongs to a silent case: its step is in the case log, and no event is appended.
    """
    ring.state, ring.answer, ring.ended_at = "failed", answer, now()
    session.flush()
    if ring.incident_id is None:
        return
    record_event(
        session,
        SYSTEM,
        "ring_failed",
        incident_id=ring.incident_id,
        ring=ring.id,
        means=ring.means,
        answer=answer,
    )


def _parcel(ring: Ring) -> Parcel:
    """Return the message to send: that an answer is awaited, without what happened, where, or to whom."""
    values = json.loads(ring.data)
    words = say(DEFAULT, f"ring.words.{ring.wording.removeprefix(REHEARSED)}", **values)
    subject = say(DEFAULT, "ring.subject" if values.get("number") else "ring.subject_room", **values)
    if ring.wording.startswith(REHEARSED):
        words, subject = (say(DEFAULT, "simulation.said", words=item) for item in (words, subject))
    return Parcel(ring.id, ring.means, ring.address, subject, words)
