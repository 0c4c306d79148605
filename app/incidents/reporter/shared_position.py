"""Receive, show and erase the position that a reporter shares on request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.ids import new_id
from app.eventlog.log import REPORTER, lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.models import Incident
from app.incidents.reporter.conversation_models import Ask, SharedPosition
from app.incidents.reporter.questions import MAY_ASK, answer_question, shares
from app.reports.models import Report

KEPT: Final = timedelta(hours=24)
"""Kept after closing (DOMAIN.md); a newer limit of the city's counsel goes here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Position as measured by the phone."""

    lat: float
    lon: float
    accuracy_m: float | None
    age_s: float | None


def share_position(session: Session, report_id: str, ask_id: str, fix: Fix) -> SharedPosition:
    """Store a requested position, or one of a running position sharing.

    Raises:
        NotFound: no such request to this reporter.
        Conflict: another kind of request, a newer request replaced it, or sharing has ended.
    """
    lock_head(session)
    row = _request_of(session, report_id, ask_id)
    if row.what not in {"position", "share"}:
        raise Conflict
    moment = now()
    if row.what == "share" and not shares(row, moment):
        raise Conflict
    if row.what == "position":
        answer_question(session, report_id, ask_id, "yes")
    kept = SharedPosition(
        id=new_id(),
        report_id=report_id,
        ask_id=ask_id,
        lat=fix.lat,
        lon=fix.lon,
        accuracy_m=fix.accuracy_m,
        age_s=fix.age_s,
        at=moment,
    )
    session.add(kept)
    session.flush()
    _record_sharing(session, "share_position", row, position=kept.id)
    return kept


def stop_sharing(session: Session, report_id: str, ask_id: str, *, actor: Actor | None = None) -> Ask:
    """End position sharing, by the reporter or by dispatch; a repeated call changes nothing.

    Raises:
        Forbidden: not for this role.
        NotFound: no such sharing.
    """
    if actor and actor.role not in MAY_ASK:
        raise Forbidden
    lock_head(session)
    row = _request_of(session, report_id, ask_id)
    if row.what != "share":
        raise NotFound
    if row.ended_at is None:
        row.ended_at = now()
        session.flush()
        _record_sharing(session, "stop_sharing", row, actor, why="stopped")
    return row


def is_over(session: Session) -> bool:
    """Return whether any position sharing has expired, without taking a lock."""
    query = select(Ask.id).where(Ask.until <= now(), Ask.ended_at.is_(None)).limit(1)
    return session.scalars(query).first() is not None


def end_over(session: Session) -> int:
    """End the sharings past 15 minutes, each with its event; return how many."""
    query = select(Ask).where(Ask.until <= now(), Ask.ended_at.is_(None))
    lock_head(session)
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    for row in rows:
        row.ended_at = row.until
        session.flush()
        _record_sharing(session, "stop_sharing", row, why="over")
    return len(rows)


def erase_old(session: Session) -> None:
    """Erase the positions of incidents closed more than 24 hours ago."""
    old = (
        select(Report.id)
        .join(Incident, Incident.id == Report.incident_id)
        .where(Incident.closed_at < now() - KEPT)
    )
    session.execute(
        delete(SharedPosition)
        .where(SharedPosition.report_id.in_(old))
        .execution_options(synchronize_session=False)
    )


def of_reports(session: Session, report_ids: Iterable[str]) -> list[SharedPosition]:
    """Return the shared positions of these reports, newest first."""
    query = select(SharedPosition).where(SharedPosition.report_id.in_(list(report_ids)))
    return list(session.scalars(query.order_by(SharedPosition.at.desc(), SharedPosition.id.desc())))


def _request_of(session: Session, report_id: str, ask_id: str) -> Ask:
    row = session.get(Ask, ask_id, populate_existing=True)
    if row is None or row.report_id != report_id:
        raise NotFound
    return row


def _record_sharing(session: Session, name: str, row: Ask, actor: Actor | None = None, **data: Any) -> None:
    """Append an event of position sharing; without an actor, the reporter's."""
    report = session.get_one(Report, row.report_id)
    record_event(
        session,
        actor or REPORTER,
        name,
        incident_id=report.incident_id,
        report_id=report.id,
        ask=row.id,
        **data,
    )
