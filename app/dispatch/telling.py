"""Who hears of an event on their lock screen: derived from the event itself, written in its transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.agencies.models import Agency
from app.core.db import IdType
from app.core.events import Happening
from app.push.outbox import IncidentPushed, enqueue
from app.push.wording import UNSPOKEN_AGENCIES
from app.reports.reporters import reports_with_device

_INCIDENT = text("SELECT kind, number, simulation FROM incident WHERE id = :id").bindparams(
    bindparam("id", type_=IdType)
)


def tell(session: Session, seq: int, happening: Happening) -> None:
    """Write the pushes of event `seq`: to reporters what the table of moves says, to agencies their tasks."""
    facts, incident_id = happening.facts, happening.incident_id
    if incident_id is None:
        return
    codes = facts.get("agencies") or [code for code in (facts.get("agency"),) if code]
    if facts.get("tells"):
        reports = [happening.report_id] if happening.report_id else None
        enqueue(
            session,
            event_seq=seq,
            incident=incident_pushed(session, incident_id),
            wording=facts["tells"],
            reports=reports_with_device(session, incident_id, reports),
            facts={"agency": _short_names(session, codes)},
        )
    for wording, told in _tasks(happening, codes):
        for code in told:
            incident = incident_pushed(session, incident_id)
            enqueue(session, event_seq=seq, incident=incident, wording=wording, agency=code)


def incident_pushed(session: Session, incident_id: str) -> IncidentPushed:
    """Return what pushes about an incident depend on."""
    row = session.execute(_INCIDENT, {"id": incident_id}).one()
    return IncidentPushed(incident_id, row.kind, row.number, bool(row.simulation))


def _tasks(happening: Happening, codes: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Who gets a task by this event, and whose task it takes away."""
    if happening.name == "forwarded":
        yield "assigned", codes
    elif happening.name == "lead_changed":
        yield "leading", codes
    elif happening.name == "cancelled":
        yield "called_off", codes
    elif happening.name == "closed":
        yield "called_off", happening.facts.get("called_off", [])


def _short_names(session: Session, codes: list[str]) -> str:
    rows = session.execute(select(Agency.code, Agency.short_name).where(Agency.code.in_(codes))).all()
    names = {row.code: row.short_name for row in rows}
    return ", ".join(names[code] for code in codes if code in names and code not in UNSPOKEN_AGENCIES)
