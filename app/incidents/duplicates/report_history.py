"""Select the events of a report: those of the incident that held it at the time, across merges."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.core.models import Event
from app.incidents.duplicates.models import Merging, ReportMove
from app.reports.models import Report

STANDING = ("accepted", "en_route", "on_scene")
"""Progress events before a report joined that its reporter is still shown."""


def visible_to(session: Session, report: Report) -> ColumnElement[bool]:
    """Return the condition that selects the events of a report's progress."""
    moves = session.scalars(
        select(ReportMove).where(ReportMove.report_id == report.id).order_by(ReportMove.seq)
    ).all()
    own = or_(Event.name != "received", Event.report_id == report.id)
    if not moves:
        return and_(Event.incident_id == report.incident_id, own)
    spans, since = [], 0
    for move in moves:
        spans.append(_span(move.from_id, since, move.seq))
        since = move.seq
    spans.append(_span(report.incident_id, since, None))
    standing = _standing(session, report.incident_id, since)
    if standing is not None:
        spans.append(Event.seq == standing)
    return and_(or_(*spans), own)


def _span(incident_id: str, since: int, until: int | None) -> ColumnElement[bool]:
    """Return the condition for events of an incident from `since` to `until`, both included."""
    span = and_(Event.incident_id == incident_id, Event.seq >= since)
    return span if until is None else and_(span, Event.seq <= until)


def _standing(session: Session, incident_id: str, joined: int) -> int | None:
    query = select(Event.seq).where(
        Event.incident_id == incident_id, Event.seq < joined, Event.name.in_(STANDING)
    )
    return session.scalars(query.order_by(Event.seq.desc()).limit(1)).first()


def merged_into(session: Session, incident_id: str) -> str | None:
    """Return the id of the incident this one was merged into, or None."""
    query = select(Merging.incident_id).where(Merging.other_id == incident_id, Merging.undone_at.is_(None))
    return session.scalars(query).first()


def taken_in(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return every incident merged into these, also indirectly: merged id → id it was asked for."""
    found: dict[str, str] = {}
    level = {id_: id_ for id_ in ids}
    while level:
        query = select(Merging.other_id, Merging.incident_id).where(
            Merging.incident_id.in_(list(level)), Merging.undone_at.is_(None)
        )
        rows = session.execute(query.order_by(Merging.at, Merging.id))
        level = {row.other_id: level[row.incident_id] for row in rows}
        found |= level
    return found
