"""Apply the dispatch moves of an incident: open, forward, lead, close, reopen, edit and note.

Each function applies one row of `transitions.py` in the caller's transaction and returns its `TransitionResult`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency, Routing
from app.core.domain import KINDS
from app.core.errors import Invalid
from app.core.ids import new_id
from app.incidents.actor import Actor
from app.incidents.duplicates.report_history import merged_into
from app.incidents.lifecycle.transition import TransitionResult, begin_incident_move, conflict, finish
from app.incidents.lifecycle.transitions import LIVE_ASSIGNMENTS
from app.incidents.models import RESOLUTIONS, Assignment, Incident, Note

NOTE_MAX = 2000
"""Maximum characters of a note or a message."""


def open_incident(session: Session, actor: Actor, incident_id: str, *, version: int) -> TransitionResult:
    """Open an incident: dispatch acknowledges it."""
    transition = begin_incident_move(session, actor, incident_id, "open", version=version)
    transition.incident.state = transition.move.target
    transition.incident.opened_at = transition.at
    transition.incident.opened_by = actor.id
    return finish(transition)


def forward(
    session: Session, actor: Actor, incident_id: str, *, version: int, to: Sequence[str]
) -> TransitionResult:
    """Forward an incident to agencies, the first of which leads; agencies already assigned keep their assignment.

    Raises:
        Invalid: an agency that does not exist or is inactive, or none that is new.
    """
    transition = begin_incident_move(session, actor, incident_id, "forward", version=version)
    incident = transition.incident
    chosen = list(dict.fromkeys(to))
    _require_active_agencies(session, chosen)
    lead = chosen[0]
    live = {row.agency: row for row in assignments_of(session, incident.id) if row.state in LIVE_ASSIGNMENTS}
    fresh = [code for code in chosen if code not in live]
    if not fresh:
        raise Invalid([("/to", "already_forwarded")])
    for code, row in live.items():
        row.leads = code == lead
    rows = [
        Assignment(
            id=new_id(),
            incident_id=incident.id,
            agency=code,
            leads=code == lead,
            state="notified",
            version=1,
            notified_at=transition.at,
        )
        for code in fresh
    ]
    session.add_all(rows)
    incident.state = transition.move.target
    incident.lead = lead
    if transition.move.source == "opened" or incident.forwarded_at is None:
        incident.forwarded_at = transition.at
    return finish(
        transition, {"agencies": fresh, "lead": lead, "assignments": {row.agency: row.id for row in rows}}
    )


def lead(session: Session, actor: Actor, incident_id: str, *, version: int, agency: str) -> TransitionResult:
    """Make another assigned agency the lead; an agency that declined stops leading.

    Raises:
        Invalid: an agency that has no part in the incident now, or that leads it already.
    """
    transition = begin_incident_move(session, actor, incident_id, "lead", version=version)
    rows = assignments_of(session, incident_id)
    chosen = next((row for row in rows if row.agency == agency and row.state in LIVE_ASSIGNMENTS), None)
    if chosen is None or chosen.leads:
        raise Invalid([("/agency", "already_leads" if chosen else "not_assigned")])
    for row in rows:
        row.leads = row is chosen
    was, transition.incident.lead = transition.incident.lead, agency
    return finish(transition, {"agency": agency, "was": was, "assignment": chosen.id})


def close(
    session: Session, actor: Actor, incident_id: str, *, version: int, resolution: str
) -> TransitionResult:
    """Close an incident and cancel its live assignments.

    Raises:
        Invalid: no such resolution.
    """
    if resolution not in RESOLUTIONS:
        raise Invalid([("/resolution", "unknown")])
    transition = begin_incident_move(session, actor, incident_id, "close", version=version)
    cancelled = [row for row in assignments_of(session, incident_id) if row.state in LIVE_ASSIGNMENTS]
    for row in cancelled:
        row.state = "cancelled"
        row.ended_at = transition.at
        row.version += 1
    transition.incident.state = transition.move.target
    transition.incident.closed_at = transition.at
    transition.incident.resolution = resolution
    return finish(transition, {"resolution": resolution, "cancelled": [row.agency for row in cancelled]})


def reopen(session: Session, actor: Actor, incident_id: str, *, version: int) -> TransitionResult:
    """Reopen a closed incident; it counts as just opened by this actor."""
    transition = begin_incident_move(session, actor, incident_id, "reopen", version=version)
    incident = transition.incident
    if merged_into(session, incident_id) is not None:
        raise conflict(session, incident)  # its reports moved: undo the merge on the other incident
    incident.state = transition.move.target
    incident.closed_at = incident.resolution = None
    incident.opened_at, incident.opened_by = transition.at, actor.id
    incident.forwarded_at = incident.accepted_at = incident.en_route_at = incident.on_scene_at = None
    incident.lead = None
    incident.unseen = 0
    return finish(transition)


def set_kind(
    session: Session, actor: Actor, incident_id: str, *, version: int, kind: str
) -> TransitionResult:
    """Change the kind; priority and time limits follow the routing table.

    Raises:
        Invalid: no such kind.
    """
    if kind not in KINDS:
        raise Invalid([("/kind", "unknown")])
    transition = begin_incident_move(session, actor, incident_id, "set_kind", version=version)
    incident, was = transition.incident, transition.incident.kind
    route = session.get_one(Routing, kind)
    incident.kind, incident.priority = kind, route.priority
    incident.open_within_s, incident.accept_within_s = route.open_within_s, route.accept_within_s
    return finish(transition, {"was": was, "kind": kind, "priority": route.priority})


def set_priority(
    session: Session, actor: Actor, incident_id: str, *, version: int, priority: int
) -> TransitionResult:
    """Change the priority (1, 2 or 3).

    Raises:
        Invalid: neither 1, 2 nor 3.
    """
    if priority not in {1, 2, 3}:
        raise Invalid([("/priority", "unknown")])
    transition = begin_incident_move(session, actor, incident_id, "set_priority", version=version)
    was, transition.incident.priority = transition.incident.priority, priority
    return finish(transition, {"was": was, "priority": priority})


def note(session: Session, actor: Actor, incident_id: str, *, text: str) -> TransitionResult:
    """Add an internal note; hidden from reporters.

    Raises:
        Invalid: empty, or longer than `NOTE_MAX`.
    """
    words = text.replace("\x00", "").strip()
    if not words or len(words) > NOTE_MAX:
        raise Invalid([("/text", "too_long" if words else "missing")])
    transition = begin_incident_move(session, actor, incident_id, "note", version=None)
    row = Note(id=new_id(), incident_id=incident_id, staff_id=actor.id, text=words, at=transition.at)
    session.add(row)
    return finish(transition, {"note": row.id})


def assignments_of(session: Session, incident_id: str) -> list[Assignment]:
    """Return every assignment of an incident, the lead first, then by notification time."""
    query = (
        select(Assignment)
        .where(Assignment.incident_id == incident_id)
        .order_by(Assignment.leads.desc(), Assignment.notified_at, Assignment.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def suggested(session: Session, incident: Incident) -> tuple[str, list[str]]:
    """Return the active lead and supporting agencies that the routing table suggests for an incident."""
    route = session.get_one(Routing, incident.kind)
    active = set(session.scalars(select(Agency.code).where(Agency.active)))
    refused = {row.agency for row in assignments_of(session, incident.id) if row.state == "declined"}
    usable = [code for code in [route.lead, *route.supports.split()] if code in active - refused]
    alternate = session.get_one(Agency, route.lead).alternate
    if route.lead not in usable and alternate in active - refused:
        usable = [alternate, *(code for code in usable if code != alternate)]
    return (usable[0], usable[1:]) if usable else (route.lead, [])


def _require_active_agencies(session: Session, codes: Sequence[str]) -> None:
    found = set(session.scalars(select(Agency.code).where(Agency.code.in_(codes), Agency.active)))
    if not codes or set(codes) - found:
        raise Invalid([("/to", "unknown_agency" if codes else "missing")])
