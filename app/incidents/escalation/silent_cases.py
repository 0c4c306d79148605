"""Escalate silent cases that stay unopened, in the same words as an ordinary report.

A lock screen or a gateway's log cannot distinguish such a call from an ordinary one: same words, same key, no
number, no page. The steps are fixed, so an administrator cannot disable them. Each step is one case log entry and
one transaction, so it runs once or not at all if a worker dies.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.agencies import on_call
from app.agencies.on_call import Reachable
from app.core.clock import now
from app.core.db import Database
from app.incidents.escalation.recipients import PUSHES
from app.notifications.gateway.outbox import Due, address_of, enqueue_rings
from app.notifications.webpush.outbox import call_in
from app.silent.case_log import Linked, append_links, lock_links
from app.silent.intake import FIRST_CALLED
from app.silent.models import CaseAgency, CaseClock, SilentCase

CHAIN_SEQ: Final = -(1 << 62)
"""Added to a case log number: unlike any event number, and increasing with later entries."""
PAGE: Final = 25
AGAIN_AFTER_S: Final = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One step: seconds after the report, the recipients and the means."""

    after_s: int
    who: str
    agencies: tuple[str | None, ...]
    """Agency codes; None is dispatch."""
    duty: str
    means: tuple[str, ...]
    wording: str = "unopened.room"
    """Dispatch is notified of an unopened report, an agency of a task, as for ordinary reports."""


_DISPATCH: Final = (None,)
STEPS: Final = (
    Step(0, "agencies_first", FIRST_CALLED, "first", ("push", "sms", "voice"), "forwarded.agency"),
    Step(15, "operators", _DISPATCH, "operator", ("push", "sms")),
    Step(30, "agencies_second", FIRST_CALLED, "second", ("push", "sms", "voice"), "unaccepted.agency"),
    Step(45, "supervisor", _DISPATCH, "supervisor", ("push", "sms")),
    Step(75, "head", _DISPATCH, "head", ("push", "sms", "voice")),
)


def fire_cases(database: Database, means: Collection[str]) -> bool:
    """Run the steps that are due, by the installed means; return whether more may be due."""
    due = select(CaseClock).where(CaseClock.due_at <= now()).order_by(CaseClock.due_at, CaseClock.case_id)
    with database.read() as session:
        if session.scalars(due.limit(1)).first() is None:
            return False
    with database.write() as session:
        lock_links(session)
        clocks = session.scalars(due.limit(PAGE).with_for_update(skip_locked=True)).all()
        for clock in clocks:
            _advance_clock(session, clock, means)
            session.flush()
    return bool(clocks)


def _advance_clock(session: Session, clock: CaseClock, means: Collection[str]) -> None:
    if not _is_unanswered(session, clock.case_id):
        session.delete(clock)
        return
    _run_step(session, clock, STEPS[clock.done], means)
    clock.done += 1
    if clock.done == len(STEPS):
        clock.round, clock.done = clock.round + 1, 0
        clock.base_at = now() + timedelta(seconds=AGAIN_AFTER_S)
    clock.due_at = clock.base_at + timedelta(seconds=STEPS[clock.done].after_s)


def _is_unanswered(session: Session, case_id: str) -> bool:
    """Return whether the case is unopened and without an agency's answer."""
    case = session.get_one(SilentCase, case_id, populate_existing=True)
    answered = select(CaseAgency.agency).where(
        CaseAgency.case_id == case_id, CaseAgency.state.not_in(("notified", "declined"))
    )
    return case.state == "received" and session.scalars(answered.limit(1)).first() is None


def _run_step(session: Session, clock: CaseClock, step: Step, means: Collection[str]) -> None:
    moment = now()
    by = [item for item in step.means if item in means]
    people = [
        item for agency in step.agencies for item in on_call.reachable(session, agency, step.duty, moment)
    ]
    staff = _staff_to_push(session, step, [person.staff_id for person in people if person.staff_id])
    data = {
        "round": clock.round,
        "step": clock.done + 1,
        "who": step.who,
        "reached": _reached(people, by, staff),
    }
    (link,) = append_links(
        session, Linked(name="rung", at=moment, actor="system", case_id=clock.case_id, facts=data)
    )
    seq = CHAIN_SEQ + link
    if "push" in by:
        call_in(session, event_seq=seq, wording=PUSHES[step.wording], staff=staff)
    due = Due(seq, None, None, step.wording, {})
    enqueue_rings(session, due, [item for item in by if item != "push"], people)


def _staff_to_push(session: Session, step: Step, ids: list[str]) -> list[str]:
    """Return the accounts that find the case when they open the console.

    Supervisors are included: they call in cleared staff.
    """
    if step.who in {"supervisor", "head"}:
        return ids
    return list(session.scalars(select(Staff.id).where(Staff.id.in_(ids), Staff.cleared)))


def _reached(people: list[Reachable], by: list[str], staff: list[str]) -> int:
    return sum(
        ("push" in by and person.staff_id in staff)
        or any(address_of(person, each) for each in by if each != "push")
        for person in people
    )
