"""Record when messages and requests were fetched by the reporter's phone and seen on screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import now
from app.eventlog.log import REPORTER, lock_head, record_event, staff_actor
from app.incidents.models import Message
from app.incidents.reporter.conversation_models import NEEDS, Ask, Need
from app.incidents.reporter.questions import both
from app.reports.models import Report


def undelivered(session: Session, report_id: str) -> bool:
    """Return whether a message or request of dispatch has not reached the reporter's phone."""
    messages = select(Message.id).where(
        Message.report_id == report_id, Message.sender == "operator", Message.delivered_at.is_(None)
    )
    requests = select(Ask.id).where(Ask.report_id == report_id, Ask.delivered_at.is_(None))
    return (
        session.scalars(messages.limit(1)).first() is not None
        or session.scalars(requests.limit(1)).first() is not None
    )


def deliver(session: Session, report_id: str, *, until: datetime) -> None:
    """Mark everything sent by dispatch up to `until` as delivered."""
    _mark(session, report_id, "delivered_at", Message.at <= until, Ask.at <= until)


def read(session: Session, report_id: str, ids: Sequence[str]) -> None:
    """Mark these messages and requests as read; unknown ids are ignored.

    Raises:
        NotFound: no such report any more.
    """
    both(session, report_id)
    for name in ("delivered_at", "read_at"):
        _mark(session, report_id, name, Message.id.in_(ids), Ask.id.in_(ids))


def set_need(session: Session, report_id: str, code: str, *, on: bool, by: str | None = None) -> None:
    """Set or remove a need; `by` is a staff id, None means the reporter; repeating it changes nothing.

    Raises:
        NotFound: no such report, or no such need.
    """
    lock_head(session)
    report, _ = both(session, report_id)
    row = session.get(Need, (report_id, code))
    if (row is not None) is on:
        return
    if row is None:
        session.add(Need(report_id=report_id, need=code, at=now()))
    else:
        session.delete(row)
    session.flush()
    _record_event(session, report, "set_need", {"need": code, "on": on}, by=by)


def needs(session: Session, report_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the needs of reports, by report."""
    found: dict[str, list[str]] = {}
    for row in session.scalars(select(Need).where(Need.report_id.in_(list(report_ids)))):
        found.setdefault(row.report_id, []).append(row.need)
    return {key: sorted(codes, key=NEEDS.index) for key, codes in found.items()}


def needs_of_incidents(session: Session, incident_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the needs of all reporters, by incident."""
    query = (
        select(Report.incident_id, Need.need)
        .join(Need, Need.report_id == Report.id)
        .where(Report.incident_id.in_(list(incident_ids)))
        .distinct()
    )
    found: dict[str, list[str]] = {}
    for incident_id, code in session.execute(query):
        found.setdefault(incident_id, []).append(code)
    return {key: sorted(codes, key=NEEDS.index) for key, codes in found.items()}


def _mark(session: Session, report_id: str, name: str, message_filter: Any, ask_filter: Any) -> None:
    lock_head(session)
    moment, ids = now(), []
    sources = (
        (Message, (Message.sender == "operator", message_filter)),
        (Ask, (ask_filter,)),
    )
    for table, conditions in sources:
        column = getattr(table, name)
        found = session.scalars(
            select(table.id).where(table.report_id == report_id, column.is_(None), *conditions)
        )
        new = list(found)
        if new:
            session.execute(update(table).where(table.id.in_(new)).values({name: moment}))
            ids += new
    if ids:
        report, _ = both(session, report_id)
        _record_event(session, report, f"talk_{name.removesuffix('_at')}", {"ids": ids})


def _record_event(
    session: Session, report: Report, name: str, data: dict[str, Any], *, by: str | None = None
) -> None:
    record_event(
        session,
        staff_actor(by) if by else REPORTER,
        name,
        incident_id=report.incident_id,
        report_id=report.id,
        **data,
    )
