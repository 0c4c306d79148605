"""Queues the notifications of an event, in its transaction: derived from the event itself."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.eventlog.log import NewEvent, RecordedEvent
from app.notifications.webpush.outbox import enqueue
from app.notifications.wording import UNSPOKEN_AGENCIES


def queue_notifications(session: Session, recorded: RecordedEvent) -> None:
    """Write the pushes of an event: to reporters what the table of moves says, to agencies their tasks."""
    event, seq = recorded.event, recorded.seq
    facts, incident_id = event.data, event.incident_id
    if incident_id is None:
        return
    codes = facts.get("agencies") or [code for code in (facts.get("agency"),) if code]
    if facts.get("reporter_message"):
        enqueue(
            session,
            event_seq=seq,
            incident_id=incident_id,
            wording=facts["reporter_message"],
            report_ids=[event.report_id] if event.report_id else None,
            facts={"agency": _short_names(session, codes)},
        )
    for wording, told in _tasks(event, codes):
        for code in told:
            enqueue(session, event_seq=seq, incident_id=incident_id, wording=wording, agency=code)


def _tasks(event: NewEvent, codes: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Who gets a task by this event, and whose task it takes away."""
    if event.name == "forwarded":
        yield "assigned", codes
    elif event.name == "lead_changed":
        yield "leading", codes
    elif event.name == "cancelled":
        yield "called_off", codes
    elif event.name == "closed":
        yield "called_off", event.data.get("called_off", [])


def _short_names(session: Session, codes: list[str]) -> str:
    rows = session.execute(select(Agency.code, Agency.short_name).where(Agency.code.in_(codes))).all()
    names = {row.code: row.short_name for row in rows}
    return ", ".join(names[code] for code in codes if code in names and code not in UNSPOKEN_AGENCIES)
