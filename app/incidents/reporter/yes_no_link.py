"""Serve yes/no questions to a caller who cannot speak; an SMS carries the link, which opens on any phone."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import NEWS
from app.core.errors import Forbidden, Invalid
from app.core.ids import new_id
from app.core.secrets import Secrets
from app.eventlog.log import lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.reporter import questions
from app.incidents.reporter.conversation_models import Ask
from app.notifications.gateway.claims import ANSWER_PAGE
from app.notifications.gateway.models import Ring
from app.notifications.wording import UNSPOKEN_KINDS

FIRST: Final = "safe_now"
"""First question where the operator has asked none, so that the page is not empty."""
MARK_DIGITS: Final = 22
"""Hex digits, 22 = 88 bits: fits one SMS, cannot be guessed, opens one report's questions only."""


def way(secrets: Secrets, report_id: str) -> str:
    """Return the path of a report's yes/no page."""
    return f"/j/{report_id}/{_mark(secrets, report_id)}"


def opens(secrets: Secrets, report_id: str, mark: str) -> bool:
    """Return whether `mark` is the page's token of this report."""
    return len(mark) == MARK_DIGITS and secrets.signed(
        mark + secrets.sign("answer", report_id)[MARK_DIGITS:], "answer", report_id
    )


def send_answer_page(session: Session, actor: Actor, report_id: str, address: str) -> None:
    """Send the yes/no page's link by SMS to the caller's number, with a first question when none is open.

    Raises:
        Forbidden: not for this role.
        NotFound: no such report.
        Invalid: no number, or a kind that is never asked about.
    """
    if actor.role not in questions.MAY_ASK:
        raise Forbidden
    lock_head(session)
    report, incident = questions.both(session, report_id)
    if {report.kind, incident.kind} & UNSPOKEN_KINDS:
        raise Invalid([("/what", "never_asked")])
    if not report.contact_phone:
        raise Invalid([("/what", "no_phone")])
    if current(session, report_id) is None:
        questions.ask_reporter(session, actor, report_id, what="question", question=FIRST)
    moment = now()
    seq = record_event(
        session,
        actor,
        "send_answer_page",
        at=moment,
        incident_id=report.incident_id,
        report_id=report_id,
        means="sms",
    ).seq
    session.add(
        Ring(
            id=new_id(),
            event_seq=seq,
            incident_id=report.incident_id,
            means="sms",
            address=report.contact_phone,
            wording=ANSWER_PAGE,
            data=json.dumps({"address": address}),
            state="waiting",
            created_at=moment,
            next_at=moment,
            attempts=0,
        )
    )
    session.flush()
    session.info[NEWS] = True


def current(session: Session, report_id: str) -> Ask | None:
    """Return the open question; photo and position requests need a script and are left out."""
    rows = [
        row
        for row in questions.of_reports(session, [report_id])
        if row.ended_at is None and row.what == "question"
    ]
    return rows[-1] if rows else None


def _mark(secrets: Secrets, report_id: str) -> str:
    return secrets.sign("answer", report_id)[:MARK_DIGITS]
