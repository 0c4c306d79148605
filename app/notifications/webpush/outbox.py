"""Writes pushes to the outbox, in the transaction of the event that they report; the worker sends them later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from secrets import token_urlsafe
from typing import Any, NamedTuple

from sqlalchemy import Executable, Row, bindparam, select, text
from sqlalchemy.orm import Session

from app.accounts.drills import drill_participants
from app.accounts.models import Staff
from app.core.clock import now
from app.core.db import IdType, upsert
from app.core.ids import new_id
from app.notifications.webpush.models import Notification
from app.notifications.wording import SIMULATION, UNSPOKEN_KINDS, WORDINGS

_LIVING = "JOIN push_subscription s ON s.{owner} AND s.gone_at IS NULL"
_OF_DEVICES = text(
    "SELECT s.id, s.device_id FROM push_subscription s WHERE s.device_id IN :ids AND s.gone_at IS NULL"
).bindparams(bindparam("ids", expanding=True, type_=IdType))
_OF_STAFF = text(
    "SELECT s.id FROM staff p "
    f"{_LIVING.format(owner='staff_id = p.id')} WHERE p.id IN :ids AND p.disabled_at IS NULL"
).bindparams(bindparam("ids", expanding=True, type_=IdType))
_OF_AGENCY = text(
    "SELECT s.id FROM staff p "
    f"{_LIVING.format(owner='staff_id = p.id')} "
    "WHERE p.agency = :agency AND p.role = 'agency' AND p.disabled_at IS NULL"
)


class IncidentPushed(NamedTuple):
    """The incident of a push: the values that decide its words, and whether it may be sent."""

    id: str
    kind: str
    number: int
    simulation: bool


class ReportPushed(NamedTuple):
    """A report whose reporter receives a push."""

    id: str
    device_id: str
    number: int
    kind: str


def enqueue(  # noqa: PLR0913  keywords keep the calls readable
    session: Session,
    *,
    event_seq: int,
    incident: IncidentPushed,
    wording: str,
    reports: Iterable[ReportPushed] = (),
    devices: Iterable[str] = (),
    staff: Iterable[str] | None = None,
    agency: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Write the pushes of one event, in its transaction; return their number.

    A subscription gets at most one push for an event, and none about a kind in `UNSPOKEN_KINDS`.

    Args:
        session: the transaction that appended event `event_seq`.
        event_seq: number of the event that the pushes report.
        incident: the incident of the event.
        wording: one of `WORDINGS`.
        reports: notify the reporters of these, newest first; a device with two reports gets a push about its last.
        devices: notify these devices.
        staff: notify these members of staff.
        agency: notify all staff of this agency.
        data: values of the wording: `agency` (short name). The number is added here.
    """
    if incident.kind in UNSPOKEN_KINDS:
        return 0
    if incident.simulation:
        staff, agency = _staff_in_drill(session, staff, agency), None
    targets = {
        **_of_devices(session, reports, devices),
        **{str(row.id): None for row in _found(session, _OF_STAFF, _ids(staff))},
        **{str(row.id): None for row in _found(session, _OF_AGENCY, {"agency": agency} if agency else None)},
    }
    if not targets:
        return 0
    way, moment = WORDINGS[wording], now()
    marks = {SIMULATION: True} if incident.simulation else {}
    session.execute(
        _insert(session),
        [
            {
                "id": new_id(),
                "subscription_id": subscription_id,
                "event_seq": event_seq,
                "incident_id": incident.id,
                "report_id": report.id if report else None,
                "wording": wording,
                "data": json.dumps(
                    {**(data or {}), **marks, "number": report.number if report else incident.number},
                    ensure_ascii=False,
                ),
                "tag": f"{incident.id}-{way.tag}",
                "urgency": way.urgency,
                "ttl_s": way.ttl_s,
                "receipt": token_urlsafe(16),
                "state": "waiting",
                "created_at": moment,
                "next_at": moment,
                "attempts": 0,
            }
            for subscription_id, report in targets.items()
        ],
    )
    return len(targets)


def call_in(session: Session, *, event_seq: int, wording: str, staff: Iterable[str]) -> int:
    """Write pushes that call staff to the console without naming an incident, number or page; return their number."""
    found = _found(session, _OF_STAFF, _ids(staff))
    way, moment = WORDINGS[wording], now()
    rows = [
        {
            "id": new_id(),
            "subscription_id": str(row.id),
            "event_seq": event_seq,
            "incident_id": None,
            "report_id": None,
            "wording": wording,
            "data": "{}",
            "tag": f"room-{way.tag}",
            "urgency": way.urgency,
            "ttl_s": way.ttl_s,
            "receipt": token_urlsafe(16),
            "state": "waiting",
            "created_at": moment,
            "next_at": moment,
            "attempts": 0,
        }
        for row in found
    ]
    if rows:
        session.execute(_insert(session), rows)
    return len(rows)


def _of_devices(
    session: Session, reports: Iterable[ReportPushed], devices: Iterable[str]
) -> dict[str, ReportPushed | None]:
    """Return active subscriptions of devices, each with its newest report; omit reports of `UNSPOKEN_KINDS`."""
    newest: dict[str, ReportPushed | None] = {}
    for report in reports:
        newest.setdefault(report.device_id, report)
    for device in devices:
        newest.setdefault(str(device), None)
    if not newest:
        return {}
    found = session.execute(_OF_DEVICES, {"ids": list(newest)})
    by_subscription = {str(row.id): newest[str(row.device_id)] for row in found}
    return {
        key: report
        for key, report in by_subscription.items()
        if report is None or report.kind not in UNSPOKEN_KINDS
    }


def _staff_in_drill(session: Session, staff: Iterable[str] | None, agency: str | None) -> set[str]:
    """Return the given staff who take part in the running drill; a simulated incident notifies no others."""
    participants = drill_participants(session)
    own = select(Staff.id).where(Staff.agency == agency, Staff.role == "agency")
    candidates = {*(staff or ()), *(session.scalars(own) if agency else ())}
    return {str(item) for item in candidates} & participants


def _insert(session: Session) -> Executable:
    """Return an insert that skips an existing row of the same event and subscription."""
    return upsert(session, Notification).on_conflict_do_nothing()


def _found(session: Session, query: Executable, values: Mapping[str, Any] | None) -> Sequence[Row[Any]]:
    return session.execute(query, values).all() if values is not None else ()


def _ids(wanted: Iterable[str] | None) -> dict[str, Any] | None:
    return None if wanted is None else {"ids": [str(item) for item in wanted]}
