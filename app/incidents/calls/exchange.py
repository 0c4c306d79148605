"""Track the telephone exchange's calls (ringing, answered, missed) and the operator's drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import now
from app.core.db import Base, Code, Id, Key, Words, one_of, upsert
from app.core.errors import NotFound
from app.core.ids import new_id
from app.eventlog.log import SYSTEM, lock_head, record_event
from app.incidents.actor import Actor

LINE_STATES: Final = ("ringing", "answered", "ended", "abandoned")
RINGS_FOR: Final = timedelta(minutes=3)
"""A call that rings longer counts as missed; its end event was lost."""
MISSED_FOR: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=7)
DRAFT_KEPT: Final = timedelta(hours=24)
SHOWN: Final = 20


class PhoneCall(Base):
    """A call reported by the exchange; its phone number is erased with the row."""

    __tablename__ = "phone_call"
    __table_args__ = (CheckConstraint(one_of("state", LINE_STATES), name="state"),)
    id: Mapped[Key]
    reference: Mapped[Words] = mapped_column(unique=True)
    """Id of the call at the exchange."""
    phone: Mapped[Words | None]
    state: Mapped[Code]
    at: Mapped[datetime] = mapped_column(index=True)
    """When it began to ring."""
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    incident_id: Mapped[Id | None] = mapped_column(ForeignKey("incident.id", ondelete="SET NULL"))
    worked_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    """Staff member who called back or made it a report."""
    worked_at: Mapped[datetime | None]


class CallDraft(Base):
    """An operator's unsubmitted call form."""

    __tablename__ = "call_draft"
    id: Mapped[Key]
    """Key of the report it becomes."""
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    fields: Mapped[Words]
    """JSON: form field → value."""
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class CallUpdate:
    """One message of the exchange."""

    reference: str
    event: str
    phone: str | None
    at: datetime


def take(session: Session, message: CallUpdate) -> PhoneCall:
    """Record a message of the exchange; messages may repeat and arrive in any order."""
    lock_head(session)
    row = session.scalars(select(PhoneCall).where(PhoneCall.reference == message.reference)).first()
    if row is None:
        row = PhoneCall(id=new_id(), reference=message.reference, state="ringing", at=message.at)
        session.add(row)
    before = (row.state, row.phone)
    row.phone = row.phone or message.phone
    row.at = min(row.at, message.at)
    if message.event == "answered":
        row.answered_at = row.answered_at or message.at
    elif message.event in {"ended", "abandoned"}:
        row.ended_at = row.ended_at or message.at
    row.state = _state(row)
    session.flush()
    if (row.state, row.phone) != before or message.event == "ringing":
        record_event(session, SYSTEM, "line", line=row.id, state=row.state)
    return row


def _state(row: PhoneCall) -> str:
    if row.ended_at is not None:
        return "ended" if row.answered_at is not None else "abandoned"
    return "answered" if row.answered_at is not None else "ringing"


def waiting_lines(session: Session) -> Sequence[PhoneCall]:
    """Return at most `SHOWN` ringing or answered calls, the longest waiting first."""
    moment = now()
    query = select(PhoneCall).where(
        PhoneCall.state.in_(("ringing", "answered")),
        PhoneCall.incident_id.is_(None),
        PhoneCall.at > moment - timedelta(hours=2),
    )
    found = session.scalars(query.order_by(PhoneCall.at).limit(SHOWN)).all()
    return [item for item in found if item.state == "answered" or item.at > moment - RINGS_FOR]


def missed_lines(session: Session) -> Sequence[PhoneCall]:
    """Return the missed calls that still need a call back, oldest first."""
    moment = now()
    query = select(PhoneCall).where(
        PhoneCall.worked_at.is_(None),
        PhoneCall.answered_at.is_(None),
        PhoneCall.at > moment - MISSED_FOR,
    )
    found = session.scalars(query.order_by(PhoneCall.at)).all()
    return [item for item in found if item.state == "abandoned" or item.at <= moment - RINGS_FOR]


def work_off(session: Session, actor: Actor, line_id: str, incident_id: str | None = None) -> None:
    """Record that a call was called back or became an incident; a repeated call changes nothing.

    Raises:
        NotFound: no such call.
    """
    lock_head(session)
    row = session.get(PhoneCall, line_id, populate_existing=True)
    if row is None:
        raise NotFound
    if row.worked_at is not None:
        return
    row.worked_at, row.worked_by, row.incident_id = now(), actor.id, incident_id
    session.flush()
    record_event(session, actor, "line_worked", incident_id=incident_id, line=row.id, state=row.state)


def keep_draft(session: Session, actor: Actor, draft_id: str, fields: Mapping[str, str]) -> None:
    """Save a draft; a draft of another actor is left unchanged."""
    text = json.dumps(dict(fields), ensure_ascii=False)
    row = upsert(session, CallDraft).values(id=draft_id, staff_id=actor.id, fields=text, at=now())
    session.execute(
        row.on_conflict_do_update(
            index_elements=["id"],
            set_={"fields": row.excluded.fields, "at": row.excluded.at},
            where=CallDraft.staff_id == actor.id,
        )
    )


def drafts_of(session: Session, actor: Actor) -> list[tuple[CallDraft, dict[str, Any]]]:
    """Return the actor's drafts, newest first."""
    query = select(CallDraft).where(CallDraft.staff_id == actor.id).order_by(CallDraft.at.desc())
    return [(row, json.loads(row.fields)) for row in session.scalars(query.limit(SHOWN))]


def drop_draft(session: Session, actor: Actor, draft_id: str) -> None:
    """Delete a draft that became a report or was discarded."""
    session.execute(delete(CallDraft).where(CallDraft.id == draft_id, CallDraft.staff_id == actor.id))


def erase_old(session: Session) -> None:
    """Erase calls after 7 days, drafts and the phone numbers of handled calls after 24 hours."""
    moment = now()
    session.execute(delete(PhoneCall).where(PhoneCall.at < moment - KEPT))
    session.execute(delete(CallDraft).where(CallDraft.at < moment - DRAFT_KEPT))
    worked = (PhoneCall.worked_at < moment - MISSED_FOR, PhoneCall.phone.is_not(None))
    session.execute(update(PhoneCall).where(*worked).values(phone=None))
