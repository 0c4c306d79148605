"""Run the escalation steps that are due.

Locking the log, checking the incident again, the event, the queued messages and the next due time are one
transaction, so a step runs once or not at all if a worker dies. `app/notifications/gateway/sender.py` sends the
queued messages.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database
from app.eventlog.log import SYSTEM, lock_head, record_event
from app.incidents.control_room.drills import is_rehearsed
from app.incidents.escalation import alternate_agency
from app.incidents.escalation.models import Clock
from app.incidents.escalation.recipients import Call, call, count
from app.incidents.escalation.set_timers import begin, read_policies
from app.incidents.escalation.timer_rules import required_timers
from app.incidents.lifecycle.commands import assignments_of
from app.incidents.lifecycle.notify import queue_notifications
from app.incidents.models import Incident

PAGE: Final = 25
"""Steps per transaction; reports wait for the log's lock meanwhile."""
WAITING: Final = "waiting"
"""Message pushed to the reporter the first time an agency does not answer."""


def fire(database: Database, means: Collection[str]) -> bool:
    """Run the steps that are due, by the installed means; return whether more are due."""
    due = select(Clock).where(Clock.due_at <= now()).order_by(Clock.due_at, Clock.subject, Clock.ladder)
    with database.read() as session:
        if session.scalars(due.limit(1)).first() is None:
            return False
    with database.write() as session:
        lock_head(session)
        clocks = session.scalars(due.limit(PAGE).with_for_update(skip_locked=True)).all()
        for clock in clocks:
            _advance_clock(session, clock, means)
            session.flush()
    return bool(clocks)


def _advance_clock(session: Session, clock: Clock, means: Collection[str]) -> None:
    incident = session.get_one(Incident, clock.incident_id, populate_existing=True)
    rows = assignments_of(session, incident.id)
    waits = {
        (wait.subject, wait.ladder, wait.since)
        for wait in required_timers(incident, rows, rehearsed=is_rehearsed(session, incident))
    }
    if (clock.subject, clock.ladder, clock.since) not in waits:
        session.delete(clock)  # answered meanwhile; the next read of the log sets the timers
        return
    row = next((item for item in rows if item.id == clock.subject), None)
    steps = json.loads(clock.steps)
    _, who, by = steps[clock.done]
    step_call = Call(incident, row, clock.ladder, who, [part for part in by.split() if part in means])
    _run_step(session, clock, step_call)
    clock.done += 1
    if clock.done < len(steps):
        clock.due_at = clock.base_at + timedelta(seconds=steps[clock.done][0])
        return
    clock.due_at = None
    next_steps, again_after_s = read_policies(session).get(clock.ladder, ([], None))
    if again_after_s is not None:
        clock.round += 1
        begin(clock, next_steps, now() + timedelta(seconds=again_after_s))


def _run_step(session: Session, clock: Clock, step_call: Call) -> None:
    """Run one step and append its event with recipient, means and outcome.

    The reporter is shown the first wait for dispatch and for the lead; a supporter's silence stays internal.
    """
    moment, incident, row = now(), step_call.incident, step_call.row
    data: dict[str, Any] = {
        "ladder": step_call.ladder,
        "round": clock.round,
        "step": clock.done + 1,
        "who": step_call.who,
        "shown": clock.round == 1 and (row is None or (row.leads and incident.state == "forwarded")),
        "reporter_message": None,
    }
    if row is not None:
        data |= {"agency": row.agency, "assignment": row.id}
    if data["shown"] and (step_call.ladder, clock.done) == ("unaccepted", 0):
        data["reporter_message"] = WAITING
    chosen, people = None, []
    if step_call.who == "alternate":
        chosen, data["outcome"] = alternate_agency.choose(session, incident, row)
        data |= {"to": chosen} if chosen else {}
    else:
        people = step_call.people(session, moment)
        reached = count(session, step_call, people)
        data |= {"means": step_call.means, "reached": reached, "outcome": "rung" if reached else "nobody"}
    recorded = record_event(session, SYSTEM, "escalated", at=moment, incident_id=incident.id, **data)
    seq = recorded.seq
    queue_notifications(session, recorded)
    call(session, seq, step_call, people)
    if chosen and row is not None:
        alternate_agency.give(session, incident, row, chosen, moment)
