"""Finds the devices of reporters, which receive pushes about their reports."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from app.core.db import IdType
from app.notifications.webpush.outbox import ReportPushed

_SELECT = (
    "SELECT id, device_id, number, kind FROM report WHERE {which} AND device_id IS NOT NULL"
    " ORDER BY received_at DESC"
)
_BY_ID = text(_SELECT.format(which="id IN :ids")).bindparams(bindparam("ids", expanding=True, type_=IdType))
_BY_INCIDENT = text(_SELECT.format(which="incident_id = :id")).bindparams(bindparam("id", type_=IdType))


def reports_with_device(
    session: Session, incident_id: str, report_ids: Iterable[str] | None = None
) -> list[ReportPushed]:
    """Return reports sent from a device, newest first: those of `report_ids`, or all of the incident."""
    if report_ids is None:
        found = session.execute(_BY_INCIDENT, {"id": incident_id})
    else:
        found = session.execute(_BY_ID, {"ids": list(report_ids)})
    return [ReportPushed(str(row[0]), str(row[1]), row[2], row[3]) for row in found]
