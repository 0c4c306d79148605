"""Ask reporters of an incident and devices near it *Masih berlangsung?*; one answer per device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import NotFound
from app.core.ids import new_id
from app.eventlog.log import REPORTER, lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.duplicates.nearby import nearby
from app.incidents.lifecycle.notify import incident_pushed
from app.incidents.lifecycle.transition import TransitionResult, begin_incident_move, conflict, finish
from app.incidents.models import Incident
from app.incidents.reporter.nearby_question import VISIBLE_KINDS
from app.incidents.reporter.still_ongoing_models import StillQuestion, StillRequest
from app.notifications.webpush.models import PushSubscription
from app.notifications.webpush.outbox import enqueue
from app.reports.models import Report
from app.reports.reporters import reports_with_device

STANDS_FOR: Final = timedelta(minutes=30)
"""How long a question is shown."""
APART: Final = timedelta(minutes=3)
"""Minimum time between two questions about one incident."""
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers to one question, with the time of the last yes and no."""

    at: datetime
    recipients: int
    yes: int
    no: int
    yes_at: datetime | None
    no_at: datetime | None

    @property
    def silent(self) -> int:
        """Number of reporters without an answer."""
        return self.recipients - self.yes - self.no


def ask_still_ongoing(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    """Ask every device that reported this incident, and pushable devices near it; return the transition's result.

    Raises:
        NotFound, Forbidden, Conflict: as for every move; also a Conflict soon after the last question.
    """
    transition = begin_incident_move(session, actor, incident_id, "ask_still_ongoing", version=None)
    last = session.scalar(select(func.max(StillQuestion.at)).where(StillQuestion.incident_id == incident_id))
    if last is not None and transition.at - last < APART:
        raise conflict(session, transition.incident)
    reports = [*_own(session, incident_id), *_near(session, transition.incident)]
    question = StillQuestion(id=new_id(), incident_id=incident_id, staff_id=actor.id, at=transition.at)
    session.add(question)
    session.flush()
    session.add_all(
        StillRequest(question_id=question.id, report_id=report_id, answer=None, answered_at=None)
        for report_id in reports
    )
    step = finish(transition, {"question": question.id, "asked": len(reports)})
    enqueue(
        session,
        event_seq=step.seq,
        incident=incident_pushed(session, incident_id),
        wording="ask_still_ongoing",
        reports=reports_with_device(session, incident_id, reports),
    )
    return step


def answer_still_ongoing(session: Session, report_id: str, question_id: str, reply: str) -> dict[str, Any]:
    """Record a reporter's answer; a later answer of the same device, also by another report, replaces it.

    Raises:
        NotFound: this report was not asked.
    """
    lock_head(session)
    row = session.get(StillRequest, (question_id, report_id), populate_existing=True)
    if row is None:
        raise NotFound
    if row.answer == reply and row.answered_at is not None:
        return {"question": question_id, "answer": reply, "at": row.answered_at.isoformat()}
    question = session.get_one(StillQuestion, question_id)
    for other in _of_device(session, question_id, report_id):
        other.answer = other.answered_at = None
    row.answer, row.answered_at = reply, now()
    session.flush()
    record_event(
        session,
        REPORTER,
        "answer_still_ongoing",
        at=row.answered_at,
        incident_id=question.incident_id,
        report_id=report_id,
        question=question_id,
        answer=reply,
    )
    return {"question": question_id, "answer": reply, "at": row.answered_at.isoformat()}


def open_question(session: Session, report_id: str) -> dict[str, Any] | None:
    """Return the newest unanswered question to a reporter while it is shown."""
    query = (
        select(StillQuestion)
        .join(StillRequest, StillRequest.question_id == StillQuestion.id)
        .join(Incident, Incident.id == StillQuestion.incident_id)
        .where(
            StillRequest.report_id == report_id,
            StillRequest.answer.is_(None),
            StillQuestion.at > now() - STANDS_FOR,
            Incident.closed_at.is_(None),
        )
        .order_by(StillQuestion.at.desc())
        .limit(1)
    )
    found = session.scalars(query).first()
    return {"id": found.id, "at": found.at.isoformat()} if found else None


def tallies(session: Session, incident_id: str) -> list[Tally]:
    """Return the last questions about an incident with their answers, newest first."""
    query = (
        select(StillQuestion)
        .where(StillQuestion.incident_id == incident_id)
        .order_by(StillQuestion.at.desc())
    )
    found = []
    for question in session.scalars(query.limit(_SHOWN)):
        rows = session.scalars(select(StillRequest).where(StillRequest.question_id == question.id)).all()
        yes = [row.answered_at for row in rows if row.answer == "yes" and row.answered_at]
        no = [row.answered_at for row in rows if row.answer == "no" and row.answered_at]
        found.append(
            Tally(question.at, len(rows), len(yes), len(no), max(yes, default=None), max(no, default=None))
        )
    return found


def _own(session: Session, incident_id: str) -> list[str]:
    """Return the newest report of each device; a report without a device counts by itself."""
    query = select(Report.id, Report.device_id).where(Report.incident_id == incident_id)
    newest: dict[str, str] = {}
    for report_id, device_id in session.execute(query.order_by(Report.received_at, Report.id)):
        newest[device_id or report_id] = report_id
    return list(newest.values())


def _near(session: Session, incident: Incident) -> list[str]:
    """Return one report of each other pushable device nearby; both kinds must be visible from the street."""
    if incident.kind not in VISIBLE_KINDS or incident.lat is None or incident.lon is None:
        return []
    near_ids = [other.id for other in nearby(session, lat=incident.lat, lon=incident.lon, at=now())]
    own = set(session.scalars(select(Report.device_id).where(Report.incident_id == incident.id)))
    query = (
        select(Report.id, Report.device_id)
        .join(Incident, Incident.id == Report.incident_id)
        .where(
            Report.incident_id.in_([other for other in near_ids if other != incident.id]),
            Report.device_id.in_(
                select(PushSubscription.device_id).where(PushSubscription.gone_at.is_(None))
            ),
            Report.kind.in_(VISIBLE_KINDS),
            Incident.kind.in_(VISIBLE_KINDS),
            Incident.simulation == incident.simulation,
        )
        .order_by(Report.received_at, Report.id)
    )
    newest = {device_id: report_id for report_id, device_id in session.execute(query) if device_id not in own}
    return list(newest.values())


def _of_device(session: Session, question_id: str, report_id: str) -> Sequence[StillRequest]:
    """Return the other rows of a question from the same device."""
    device = session.scalar(select(Report.device_id).where(Report.id == report_id))
    if device is None:
        return []
    query = select(StillRequest).join(Report, Report.id == StillRequest.report_id)
    return session.scalars(
        query.where(
            StillRequest.question_id == question_id,
            StillRequest.report_id != report_id,
            Report.device_id == device,
        )
    ).all()
