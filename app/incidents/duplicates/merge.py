"""Merge two incidents that are one, and undo a merge.

The reports of one move to the other with their photos and messages; the emptied incident is closed as a duplicate and
its state is kept. Each side gets one event, and each report a `ReportMove`, from which its progress is read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.eventlog.log import REPORTER, record_event, staff_actor
from app.incidents.actor import Actor
from app.incidents.duplicates.merge_assignments import give_back, take_over
from app.incidents.duplicates.models import Merging, ReportMove
from app.incidents.duplicates.report_history import merged_into
from app.incidents.lifecycle.transition import (
    Transition,
    TransitionResult,
    begin_incident_move,
    conflict,
    finish,
)
from app.incidents.models import Incident, Message
from app.notifications.wording import UNSPOKEN_KINDS
from app.reports.models import Report

_KEPT: Final = ("state", "priority", "lead", "unseen", "signal", "signalled_at")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two incidents with the versions the actor saw: the kept one and the merged one."""

    incident_id: str
    version: int
    other_id: str
    other_version: int


def merge(session: Session, actor: Actor, pair: Pair) -> TransitionResult:
    """Merge one incident into another.

    Raises:
        NotFound, Forbidden, Conflict: as for every move; either of the two may have moved.
        Invalid: an incident with itself, kinds that are kept apart, or a drill with what is real.
    """
    transition = begin_incident_move(session, actor, pair.incident_id, "merge", version=pair.version)
    other = session.get(Incident, pair.other_id, populate_existing=True)
    if other is None:
        raise NotFound
    if other.version != pair.other_version or other.closed_at is not None:
        raise conflict(session, other)
    merging = _join(session, transition.incident, other, transition.at, actor.id)
    return finish(transition, {"other": other.id, "merging": merging.id})


def join(session: Session, incident: Incident, other: Incident) -> None:
    """Merge a reporter's incident into the one the reporter confirmed as the same; the caller holds the log's lock."""
    moment = now()
    merging = _join(session, incident, other, moment, None)
    incident.version += 1
    incident.unseen += 1
    session.flush()
    record_event(
        session,
        REPORTER,
        "merge",
        at=moment,
        incident_id=incident.id,
        other=other.id,
        merging=merging.id,
        state=incident.state,
        version=incident.version,
    )


def unmerge(
    session: Session, actor: Actor, incident_id: str, *, version: int, merging_id: str
) -> TransitionResult:
    """Undo a merge: its reports go back, with what was added to them since.

    Raises:
        NotFound: no such merging.
        Conflict: undone already, or the incident has itself been merged.
    """
    transition = begin_incident_move(session, actor, incident_id, "unmerge", version=version)
    merging = session.get(Merging, merging_id, populate_existing=True)
    if merging is None or merging.incident_id != incident_id:
        raise NotFound
    if merging.undone_at is not None or merged_into(session, incident_id) is not None:
        raise conflict(session, transition.incident)
    other = session.get_one(Incident, merging.other_id, populate_existing=True)
    merging.undone_at, merging.undone_by = transition.at, actor.id
    _undo_merge(transition, merging, other)
    return finish(transition, {"other": other.id, "merging": merging.id})


def parts(session: Session, incident_id: str) -> Sequence[Merging]:
    """Return the active mergings into an incident, oldest first."""
    query = select(Merging).where(Merging.incident_id == incident_id, Merging.undone_at.is_(None))
    return session.scalars(query.order_by(Merging.at, Merging.id)).all()


def _join(
    session: Session, incident: Incident, other: Incident, at: datetime, staff_id: str | None
) -> Merging:
    if incident.id == other.id:
        raise Invalid([("/other", "itself")])
    if {incident.kind, other.kind} & UNSPOKEN_KINDS:
        raise Invalid([("/other", "kept_apart")])
    if incident.simulation != other.simulation:
        raise Invalid([("/other", "simulation")])
    before: dict[str, Any] = {"kept": _snapshot(incident), "other": _snapshot(other)}
    before["assignments"] = take_over(session, incident, other, at)
    incident.priority = min(incident.priority, other.priority)
    before["priority"] = incident.priority
    incident.unseen += other.unseen
    if other.signalled_at and (incident.signalled_at is None or incident.signalled_at < other.signalled_at):
        incident.signal, incident.signalled_at = other.signal, other.signalled_at
    other.state, other.closed_at, other.resolution, other.unseen = "closed", at, "duplicate", 0
    merging = Merging(
        id=new_id(),
        incident_id=incident.id,
        other_id=other.id,
        staff_id=staff_id,
        at=at,
        before=json.dumps(before, default=str),
        undone_at=None,
        undone_by=None,
    )
    session.add(merging)
    session.flush()
    moved = list(session.scalars(select(Report.id).where(Report.incident_id == other.id)))
    _record(session, merging, other, "merged_into", moved, staff_id=staff_id, to=incident.id)
    return merging


def _undo_merge(transition: Transition, merging: Merging, other: Incident) -> None:
    session, incident = transition.session, transition.incident
    before = json.loads(merging.before)
    was, kept = before["other"], before["kept"]
    other.state, other.priority, other.lead, other.unseen = (
        was["state"],
        was["priority"],
        was["lead"],
        was["unseen"],
    )
    other.closed_at = other.resolution = None
    if other.state == "received":
        other.state, other.opened_at, other.opened_by = "opened", transition.at, transition.actor.id
    if incident.priority == before["priority"]:
        incident.priority = kept["priority"]
    if _iso_time(incident.signalled_at) == was["signalled_at"] != kept["signalled_at"]:
        incident.signal = kept["signal"]
        incident.signalled_at = datetime.fromisoformat(kept["signalled_at"]) if kept["signalled_at"] else None
    give_back(session, incident, other, before["assignments"])
    forward = select(ReportMove.report_id).where(
        ReportMove.merging_id == merging.id, ReportMove.to_id == incident.id
    )
    moved = list(session.scalars(forward))
    _record(session, merging, other, "unmerged_from", moved, staff_id=transition.actor.id, to=other.id)


def _record(  # noqa: PLR0913  one parameter per event field
    session: Session,
    merging: Merging,
    other: Incident,
    name: str,
    moved: Sequence[str],
    *,
    staff_id: str | None,
    to: str,
) -> None:
    """Append the event of the incident that reports leave or return to, and move its reports."""
    other.version += 1
    session.flush()
    seq = record_event(
        session,
        staff_actor(staff_id) if staff_id else REPORTER,
        name,
        at=merging.undone_at or merging.at,
        incident_id=other.id,
        incident=merging.incident_id,
        merging=merging.id,
        state=other.state,
        version=other.version,
    ).seq
    leaves = merging.incident_id if to == other.id else other.id
    session.add_all(
        ReportMove(report_id=item, seq=seq, merging_id=merging.id, from_id=leaves, to_id=to) for item in moved
    )
    quiet = {"synchronize_session": False}
    session.execute(
        update(Report).where(Report.id.in_(moved)).values(incident_id=to).execution_options(**quiet)
    )
    session.execute(
        update(Message).where(Message.report_id.in_(moved)).values(incident_id=to).execution_options(**quiet)
    )
    for item in (merging.incident_id, other.id):
        count = session.scalar(select(func.count()).select_from(Report).where(Report.incident_id == item))
        session.get_one(Incident, item).reports = count or 0
    session.flush()


def _snapshot(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in _KEPT} | {
        "signalled_at": _iso_time(incident.signalled_at)
    }


def _iso_time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
