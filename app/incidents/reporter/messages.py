"""Exchange messages between a reporter and dispatch; each message is an event, and the reporter gets a push."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.eventlog.log import REPORTER, lock_head, record_event, staff_actor
from app.incidents.actor import Actor
from app.incidents.lifecycle.commands import NOTE_MAX
from app.incidents.lifecycle.notify import queue_notifications
from app.incidents.models import Message
from app.incidents.queue.unread import arrived
from app.reports.models import Report


def write_message(session: Session, report_id: str, *, message_id: str, text: str) -> Message:
    """Store a reporter's message; repeating the same `message_id` changes nothing.

    Raises:
        NotFound: no such report.
        Invalid: empty, or longer than `NOTE_MAX`.
        Conflict: the id belongs to another report's message.
    """
    words = _words(text)
    lock_head(session)
    known = session.get(Message, message_id)
    if known is not None:
        if known.report_id != report_id:
            raise Conflict
        return known
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound
    row = Message(
        id=message_id,
        incident_id=report.incident_id,
        report_id=report_id,
        sender="reporter",
        text=words,
        at=now(),
    )
    arrived(session, report.incident_id)
    return _keep(session, row, "write_message")


def send_message(session: Session, actor: Actor, report_id: str, *, text: str) -> Message:
    """Send a message to a reporter.

    Raises:
        NotFound: no such report.
        Forbidden: not for this role.
        Invalid: empty, or longer than `NOTE_MAX`.
    """
    words = _words(text)
    if actor.role not in {"operator", "supervisor"}:
        raise Forbidden
    lock_head(session)
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound
    row = Message(
        id=new_id(),
        incident_id=report.incident_id,
        report_id=report_id,
        sender="operator",
        staff_id=actor.id,
        text=words,
        at=now(),
    )
    return _keep(session, row, "send_message", reporter_message="message")


def of_report(session: Session, report_id: str) -> list[Message]:
    """Return the messages of one report, oldest first."""
    query = select(Message).where(Message.report_id == report_id).order_by(Message.at, Message.id)
    return list(session.scalars(query))


def of_incident(session: Session, incident_id: str) -> list[Message]:
    """Return the messages of all reports of an incident, oldest first."""
    query = select(Message).where(Message.incident_id == incident_id).order_by(Message.at, Message.id)
    return list(session.scalars(query))


def as_json(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Return messages in the shape of the report API."""
    return [
        {
            "id": row.id,
            "from": row.sender,
            "at": row.at.isoformat(),
            "text": row.text,
            "delivered_at": row.delivered_at and row.delivered_at.isoformat(),
            "read_at": row.read_at and row.read_at.isoformat(),
        }
        for row in messages
    ]


def _keep(session: Session, row: Message, name: str, *, reporter_message: str | None = None) -> Message:
    session.add(row)
    recorded = record_event(
        session,
        staff_actor(row.staff_id) if row.staff_id else REPORTER,
        name,
        at=row.at,
        incident_id=row.incident_id,
        report_id=row.report_id,
        message=row.id,
        reporter_message=reporter_message,
    )
    queue_notifications(session, recorded)
    return row


def _words(text: str) -> str:
    words = text.replace("\x00", "").strip()
    if not words or len(words) > NOTE_MAX:
        raise Invalid([("/text", "too_long" if words else "missing")])
    return words
