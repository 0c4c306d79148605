"""Label incidents *perlu verifikasi*, which sorts them below the others of their priority.

A worker sets labels after intake, so labelling can neither delay nor refuse a report; operators add and remove them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Device
from app.core.db import Database
from app.core.ids import first_id_at
from app.core.models import Event, EventHead
from app.eventlog.log import SYSTEM, lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.escalation.models import Cursor
from app.incidents.lifecycle.transition import TransitionResult, begin_incident_move, finish
from app.incidents.models import Incident
from app.incidents.trust.credibility import CAUTION, CROWD_SPAN, FLOOD_SPAN, NEW_DEVICE, Known, why_verify
from app.incidents.trust.strikes import counting
from app.reports.models import Media, Report

CURSOR: Final = 2
"""Row of the cursor table that holds the last event read for labels."""
PAGE: Final = 200
NEAR: Final = timedelta(minutes=30)


def label(database: Database) -> bool:
    """Label the incidents of new reports; return whether there may be more.

    Reports are assessed without a lock; the log is locked only while labels are written.
    """
    with database.read() as session:
        cursor, head = session.get_one(Cursor, CURSOR).seq, session.get_one(EventHead, 1).seq
        if head <= cursor:
            return False
        if cursor < 0:  # first run: earlier events are skipped
            events: list[int] = [head]
            whys: dict[str, str] = {}
        else:
            query = select(Event.seq, Event.name, Event.report_id).where(Event.seq > cursor)
            rows = session.execute(query.order_by(Event.seq).limit(PAGE)).all()
            events = [row.seq for row in rows]
            came = [row.report_id for row in rows if row.name == "received" and row.report_id]
            whys = {report_id: why for report_id in came if (why := _why(session, report_id))}
    with database.write() as session:
        lock_head(session)
        mark = session.scalars(select(Cursor).where(Cursor.id == CURSOR).with_for_update()).one()
        if mark.seq != cursor:  # another worker labelled them
            return True
        mark.seq = events[-1]
        for report_id, why in whys.items():
            _label(session, report_id, why)
    return len(events) == PAGE


def _why(session: Session, report_id: str) -> str | None:
    report = session.get(Report, report_id)
    return None if report is None or report.simulation else why_verify(known(session, report))


def _label(session: Session, report_id: str, why: str) -> None:
    report = session.get_one(Report, report_id)
    incident = session.get_one(Incident, report.incident_id)
    if incident.doubt or incident.reports > 1 or incident.state != "received":
        return
    incident.doubt = 1
    session.flush()
    record_event(session, SYSTEM, "doubt", incident_id=incident.id, why=why)


def known(session: Session, report: Report) -> Known:
    """Return the data of a report as of its arrival."""
    at = report.received_at
    device = session.get(Device, report.device_id) if report.device_id else None
    is_new = device is not None and at - device.first_seen_at < NEW_DEVICE
    photos = select(func.count()).where(Media.report_id == report.id, Media.state == "ready")
    return Known(
        has_device=device is not None,
        device_is_new=is_new,
        sent_recently=_count(session, _of_device(report, at)) if device else 1,
        new_devices_recently=_count(session, _of_new_devices(at)) if is_new else 0,
        handled_before=_count(session, _handled(report)) if device else 0,
        strikes=len(counting(session, device.id, at)) if device else 0,
        source=report.source,
        accuracy_m=report.accuracy_m,
        age_s=report.age_s,
        photos=_count(session, photos),
        others_near=_others(session, report) if device else 0,
    )


def caution(session: Session, report: Report) -> bool:
    """Return whether to remind a reporter of the law on false reports, after `CAUTION` reports in a short time."""
    if report.device_id is None:
        return False
    return _count(session, _of_device(report, report.received_at)) >= CAUTION


def doubt(session: Session, actor: Actor, incident_id: str, *, version: int) -> TransitionResult:
    """Add the verification label."""
    return _set_label(session, actor, incident_id, "doubt", version)


def trust(session: Session, actor: Actor, incident_id: str, *, version: int) -> TransitionResult:
    """Remove the verification label."""
    return _set_label(session, actor, incident_id, "trust", version)


def _set_label(session: Session, actor: Actor, incident_id: str, move: str, version: int) -> TransitionResult:
    transition = begin_incident_move(session, actor, incident_id, move, version=version)
    transition.incident.doubt = int(move == "doubt")
    return finish(transition)


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(query) or 0


def _of_device(report: Report, at: datetime) -> Select[int]:
    mine = Report.device_id == report.device_id
    return select(func.count()).where(mine, Report.received_at > at - FLOOD_SPAN, Report.received_at <= at)


def _of_new_devices(at: datetime) -> Select[int]:
    """Return the count of new devices; ids sort by time, so the primary key bounds the last minute."""
    return (
        select(func.count(func.distinct(Report.device_id)))
        .select_from(Report)
        .join(Device, Device.id == Report.device_id)
        .where(
            Report.id >= first_id_at(at - CROWD_SPAN),
            Report.received_at <= at,
            Device.first_seen_at > at - NEW_DEVICE,
        )
    )


def _handled(report: Report) -> Select[int]:
    return (
        select(func.count())
        .select_from(Report)
        .join(Incident, Incident.id == Report.incident_id)
        .where(
            Report.device_id == report.device_id,
            Report.id != report.id,
            Incident.resolution.in_(("resolved", "handed_over")),
        )
    )


def _others(session: Session, report: Report) -> int:
    cell = session.scalar(select(Incident.cell).where(Incident.id == report.incident_id))
    if cell is None:
        return 0
    near = (
        select(func.count(func.distinct(Report.device_id)))
        .select_from(Report)
        .join(Incident, Incident.id == Report.incident_id)
        .where(
            Incident.cell == cell,
            Incident.received_at.between(report.received_at - NEAR, report.received_at + NEAR),
            Incident.kind == report.kind,
            Report.device_id != report.device_id,
        )
    )
    return _count(session, near)
