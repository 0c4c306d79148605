"""Track working shifts: staff start them, and a signed handover ends them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import now
from app.core.db import Base, Code, Id, Key
from app.core.errors import Conflict, Forbidden
from app.core.ids import new_id
from app.eventlog.log import lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.control_room.shift_hours import read_shifts, shift_of

MAY_WORK = frozenset({"operator", "supervisor"})


class WorkedShift(Base):
    """A member of staff's shift; at most one per person is open."""

    __tablename__ = "worked_shift"
    __table_args__ = (
        Index(
            "uq_worked_shift_open",
            "staff_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[Key]
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    shift: Mapped[Code]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def running(session: Session) -> Sequence[WorkedShift]:
    """Return the running shifts, the longest first."""
    query = select(WorkedShift).where(WorkedShift.ended_at.is_(None))
    return session.scalars(query.order_by(WorkedShift.started_at)).all()


def running_of(session: Session, staff_id: str) -> WorkedShift | None:
    """Return the open shift of a member of staff."""
    query = select(WorkedShift).where(WorkedShift.staff_id == staff_id, WorkedShift.ended_at.is_(None))
    return session.scalars(query).first()


def start_shift(session: Session, actor: Actor) -> WorkedShift:
    """Start a shift without a handover.

    Raises:
        Forbidden: not for this role.
        Conflict: the actor's shift runs already.
    """
    if actor.role not in MAY_WORK:
        raise Forbidden("role")
    lock_head(session)
    if running_of(session, actor.id) is not None:
        raise Conflict("shift_runs")
    row = begin(session, actor.id, now())
    _record(session, actor, "start_shift", row.started_at, row.shift)
    return row


def end_shift(session: Session, actor: Actor) -> None:
    """End a shift without a handover, and record that in the event log.

    Raises:
        Conflict: no shift runs.
    """
    lock_head(session)
    row = running_of(session, actor.id)
    if row is None:
        raise Conflict("no_shift")
    row.ended_at = now()
    _record(session, actor, "end_shift", row.ended_at, row.shift)


def begin(session: Session, staff_id: str, moment: datetime) -> WorkedShift:
    """Open a shift; the caller appends the event."""
    row = WorkedShift(
        id=new_id(),
        staff_id=staff_id,
        shift=shift_of(moment, read_shifts(session)),
        started_at=moment,
        ended_at=None,
    )
    session.add(row)
    return row


def pass_on(session: Session, goes: str, comes: str, moment: datetime) -> None:
    """End the outgoing operator's shift and open the incoming operator's; the signature is their event."""
    old = running_of(session, goes)
    if old is not None:
        old.ended_at = moment
    if running_of(session, comes) is None:
        begin(session, comes, moment)


def _record(session: Session, actor: Actor, name: str, moment: datetime, shift: str) -> None:
    session.flush()
    record_event(session, actor, name, at=moment, shift=shift)
