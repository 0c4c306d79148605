"""Queue the notifications of an event in the event's transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.db import IdType
from app.eventlog.log import NewEvent, RecordedEvent
from app.notifications.webpush.outbox import IncidentPushed, enqueue
from app.notifications.wording import UNSPOKEN_AGENCIES
from app.reports.reporters import reports_with_device

_INCIDENT = text("SELECT kind, number, simulation FROM incident WHERE id = :id").bindparams(
    bindparam("id", type_=IdType)
)


def queue_notifications(session: Session, recorded: RecordedEvent) -> None:
    """Queue the pushes of an event to reporters and to the agencies whose tasks changed."""
    event, seq = recorded.event, recorded.seq
    data, incident_id = event.data, event.incident_id
    if incident_id is None:
        return
    codes = data.get("agencies") or [code for code in (data.get("agency"),) if code]
    if data.get("reporter_message"):
        reports = [event.report_id] if event.report_id else None
        enqueue(
            session,
            event_seq=seq,
            incident=incident_pushed(session, incident_id),
            wording=data["reporter_message"],
            reports=reports_with_device(session, incident_id, reports),
            data={"agency": _short_names(session, codes)},
        )
    for wording, agencies in _tasks(event, codes):
        for code in agencies:
            incident = incident_pushed(session, incident_id)
            enqueue(session, event_seq=seq, incident=incident, wording=wording, agency=code)


def incident_pushed(session: Session, incident_id: str) -> IncidentPushed:
    """Return the incident fields that a push depends on."""
    row = session.execute(_INCIDENT, {"id": incident_id}).one()
    return IncidentPushed(incident_id, row.kind, row.number, bool(row.simulation))


def _tasks(event: NewEvent, codes: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Yield the push wording and the agencies whose tasks an event gives or takes away."""
    if event.name == "closed":
        yield "cancelled_task", event.data.get("cancelled", [])
    elif event.name in {"forwarded", "lead", "cancelled"}:
        yield f"{event.name}_task", codes


def _short_names(session: Session, codes: list[str]) -> str:
    rows = session.execute(select(Agency.code, Agency.short_name).where(Agency.code.in_(codes))).all()
    names = {row.code: row.short_name for row in rows}
    return ", ".join(names[code] for code in codes if code in names and code not in UNSPOKEN_AGENCIES)
