"""Send a reporter closed requests that a tap answers; a newer request ends the older one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.i18n import say
from app.core.ids import new_id
from app.eventlog.log import REPORTER, lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.lifecycle.notify import queue_notifications
from app.incidents.models import Incident
from app.incidents.queue.unread import arrived
from app.incidents.reporter.conversation_models import ASK_KINDS, Ask
from app.incidents.reporter.question_table import QUESTIONS
from app.notifications.wording import UNSPOKEN_KINDS
from app.reports.models import Report

SHARED_FOR: Final = timedelta(minutes=15)
MAY_ASK: Final = frozenset({"operator", "supervisor"})


def ask_reporter(
    session: Session, actor: Actor, report_id: str, *, what: str, question: str | None = None
) -> Ask:
    """Send a reporter a request; open requests end, while position sharing continues.

    Raises:
        Forbidden: not for this role.
        NotFound: no such report.
        Invalid: an unknown request, or a kind that is never asked about.
    """
    if actor.role not in MAY_ASK:
        raise Forbidden
    if what not in ASK_KINDS or (what == "question") is not (question in QUESTIONS):
        raise Invalid([("/what", "unknown_value")])
    lock_head(session)
    report, incident = both(session, report_id)
    if {report.kind, incident.kind} & UNSPOKEN_KINDS:
        raise Invalid([("/what", "never_asked")])
    moment = now()
    for row in of_reports(session, [report_id]):
        if row.ended_at is None and (what == "share" or not shares(row, moment)):
            row.ended_at = moment
    request = Ask(
        id=new_id(), report_id=report_id, staff_id=actor.id, what=what, question=question, at=moment
    )
    session.add(request)
    session.flush()
    recorded = record_event(
        session,
        actor,
        "ask_reporter",
        at=moment,
        incident_id=report.incident_id,
        report_id=report_id,
        ask=request.id,
        what=what,
        question=question,
        reporter_message="message",
    )
    queue_notifications(session, recorded)
    return request


def answer_question(session: Session, report_id: str, ask_id: str, reply: str) -> Ask:
    """Record a reporter's answer; it may change until the next request, and repeating it changes nothing.

    Raises:
        NotFound: no such report, or no such request of it.
        Conflict: a newer request replaced it.
    """
    lock_head(session)
    report, _ = both(session, report_id)
    row = session.get(Ask, ask_id, populate_existing=True)
    if row is None or row.report_id != report_id:
        raise NotFound
    if row.answer == reply:
        return row
    if row.ended_at is not None:
        raise Conflict
    moment = now()
    row.answer, row.answered_at = reply, moment
    row.delivered_at, row.read_at = row.delivered_at or moment, row.read_at or moment
    if row.what == "share":
        row.until = moment + SHARED_FOR if reply == "yes" else None
    session.flush()
    arrived(session, report.incident_id)
    record_event(
        session,
        REPORTER,
        "answer_question",
        at=moment,
        incident_id=report.incident_id,
        report_id=report.id,
        ask=row.id,
        what=row.what,
        question=row.question,
        answer=reply,
    )
    return row


def shares(row: Ask, moment: datetime) -> bool:
    """Return whether the reporter is sharing a position by this answer."""
    return row.until is not None and row.ended_at is None and row.until > moment


def of_reports(session: Session, report_ids: Iterable[str]) -> list[Ask]:
    """Return the requests to these reporters, oldest first."""
    query = select(Ask).where(Ask.report_id.in_(list(report_ids))).order_by(Ask.at, Ask.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def open_for_reporter(session: Session, report: Report) -> dict[str, Any]:
    """Return the open request in the reporter's language, and the running position sharing."""
    moment = now()
    rows = of_reports(session, [report.id])
    running = next((row for row in rows if shares(row, moment)), None)
    waiting = next((row for row in reversed(rows) if _is_shown(row, moment)), None)
    return {
        "ask": waiting
        and {
            "id": waiting.id,
            "what": waiting.what,
            "words": words(waiting, report.locale),
            "at": waiting.at.isoformat(),
            "answer": waiting.answer,
        },
        "sharing": running and running.until and {"ask": running.id, "until": running.until.isoformat()},
    }


def words(row: Ask, locale: str) -> str:
    """Return the request as shown to the reporter."""
    return say(locale, f"ask.q.{row.question}" if row.question else f"ask.{row.what}")


def both(session: Session, report_id: str) -> tuple[Report, Incident]:
    """Return a report with its incident.

    Raises:
        NotFound: no such report any more.
    """
    report = session.get(Report, report_id, populate_existing=True)
    if report is None:
        raise NotFound
    return report, session.get_one(Incident, report.incident_id, populate_existing=True)


def _is_shown(row: Ask, moment: datetime) -> bool:
    """Return whether the request is on the reporter's screen: open, and neither running nor expired sharing."""
    return row.ended_at is None and not (row.until and (shares(row, moment) or row.until <= moment))
