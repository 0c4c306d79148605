"""Start, keep and stop escalation timers by reading the event log.

Transitions know nothing of timers. A worker reads the log after its cursor; cursor and timers change in one
transaction, so a worker that dies leaves both as they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database
from app.core.models import Event, EventHead
from app.incidents.control_room.drills import is_rehearsed
from app.incidents.escalation.models import Clock, Cursor, EscalationPolicy, EscalationPolicyStep
from app.incidents.escalation.timer_rules import RequiredTimer, required_timers
from app.incidents.models import Assignment, Incident

PAGE: Final = 500
"""Events read per transaction."""
GRACE: Final = timedelta(seconds=0.5)
"""Delay of a timer that has already expired when set: a simulation is marked right after its report."""
_IGNORED_EVENTS: Final = frozenset({"escalated", "looked", "ring_failed", "push_failed"})
"""Events that change no timer."""
Step = tuple[int, str, str]
"""Seconds after the timer expired, recipient, means."""


def arm(database: Database) -> bool:
    """Set timers by the events after the cursor; return whether there may be more."""
    with database.read() as session:
        if session.get_one(EventHead, 1).seq <= session.get_one(Cursor, 1).seq:
            return False
    with database.write() as session:
        cursor = session.scalars(
            select(Cursor).where(Cursor.id == 1).with_for_update(skip_locked=True)
        ).one_or_none()
        if cursor is None:  # another worker holds it
            return False
        if cursor.seq < 0:  # first run: every open incident
            cursor.seq = session.get_one(EventHead, 1).seq
            set_clocks(session, session.scalars(select(Incident.id).where(Incident.closed_at.is_(None))))
            return True
        query = select(Event.seq, Event.name, Event.incident_id).where(Event.seq > cursor.seq)
        events = session.execute(query.order_by(Event.seq).limit(PAGE)).all()
        if events:
            cursor.seq = events[-1].seq
        set_clocks(
            session,
            [row.incident_id for row in events if row.incident_id and row.name not in _IGNORED_EVENTS],
        )
    return len(events) == PAGE


def set_clocks(session: Session, incident_ids: Iterable[str]) -> None:
    """Start missing timers and delete surplus ones of these incidents; running timers keep going."""
    ids = list(dict.fromkeys(incident_ids))
    if not ids:
        return
    fresh = {"populate_existing": True}
    incidents = session.scalars(select(Incident).where(Incident.id.in_(ids)).execution_options(**fresh)).all()
    rows: dict[str, list[Assignment]] = {id_: [] for id_ in ids}
    query = select(Assignment).where(Assignment.incident_id.in_(ids)).order_by(Assignment.id)
    for row in session.scalars(query.execution_options(**fresh)):
        rows[row.incident_id].append(row)
    running = {
        (clock.subject, clock.ladder): clock
        for clock in session.scalars(select(Clock).where(Clock.incident_id.in_(ids)).with_for_update())
    }
    policies = read_policies(session)
    for incident in incidents:
        for wait in required_timers(incident, rows[incident.id], rehearsed=is_rehearsed(session, incident)):
            clock = running.pop((wait.subject, wait.ladder), None)
            if clock is None:
                clock = Clock(subject=wait.subject, ladder=wait.ladder, incident_id=incident.id)
                _start(clock, wait, policies)
                session.add(clock)
            elif clock.since != wait.since:
                _start(clock, wait, policies)
            elif (clock.round, clock.done) == (1, 0) and clock.due_at is not None:
                begin(clock, json.loads(clock.steps), wait.base_at)  # the time limit changes with the kind
    for clock in running.values():
        session.delete(clock)


def read_policies(session: Session) -> dict[str, tuple[list[Step], int | None]]:
    """Return every policy: its steps in order, and the seconds after which it restarts."""
    found: dict[str, tuple[list[Step], int | None]] = {
        policy.name: ([], policy.again_after_s) for policy in session.scalars(select(EscalationPolicy))
    }
    for step in session.scalars(
        select(EscalationPolicyStep).order_by(EscalationPolicyStep.after_s, EscalationPolicyStep.place)
    ):
        found[step.ladder][0].append((step.after_s, step.who, step.means))
    return found


def begin(clock: Clock, steps: Sequence[Step], base_at: datetime) -> None:
    """Start a round whose steps count from `base_at`."""
    clock.base_at, clock.done = base_at, 0
    clock.steps = json.dumps(steps, separators=(",", ":"))
    clock.due_at = base_at + timedelta(seconds=steps[0][0]) if steps else None


def _start(clock: Clock, wait: RequiredTimer, policies: dict[str, tuple[list[Step], int | None]]) -> None:
    steps, _ = policies.get(wait.ladder, ([], None))
    clock.since, clock.round = wait.since, 1
    begin(clock, steps, wait.base_at)
    if wait.ladder == "unopened" and clock.due_at is not None and clock.due_at < now():
        clock.due_at = now() + GRACE
