"""Record strikes for confirmed false reports: they expire, can be appealed, and another person decides.

A strike labels reports and delays photos of the device. It refuses no report, hides nothing and leaves silent cases
untouched.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import now
from app.core.db import Base, Id, Key, Words
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.eventlog.log import REPORTER, lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.models import Incident
from app.reports.models import Report

COUNTS_FOR: Final = timedelta(days=90)
"""How long a strike counts."""
COOLING: Final = 2
"""Number of active strikes from which photos wait; help is sent regardless."""
WORDS_MAX: Final = 1000


class Strike(Base):
    """A report confirmed to be false; it expires, and the reporter may appeal."""

    __tablename__ = "strike"
    id: Mapped[Key]
    device_id: Mapped[Id] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), index=True)
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), unique=True)
    incident_id: Mapped[Id]
    confirmed_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    appeal: Mapped[Words | None]
    """The reporter's words."""
    appealed_at: Mapped[datetime | None]
    decided_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    lifted: Mapped[bool] = mapped_column(server_default=text("false"))


def counting(session: Session, device_id: str, at: datetime) -> Sequence[Strike]:
    """Return the strikes of a device that are active at a moment."""
    query = select(Strike).where(Strike.device_id == device_id, Strike.expires_at > at, ~Strike.lifted)
    return session.scalars(query.order_by(Strike.at)).all()


def cools_down(session: Session, report_id: str) -> bool:
    """Return whether photos of a report's device wait."""
    device_id = session.scalar(select(Report.device_id).where(Report.id == report_id))
    return device_id is not None and len(counting(session, device_id, now())) >= COOLING


def confirm_strike(session: Session, actor: Actor, report_id: str) -> Strike:
    """Record that a report was false, after its incident was closed as a prank.

    Raises:
        Forbidden: not for this role.
        NotFound: no such report.
        Conflict: not closed as a prank, sent by no device, or confirmed before.
    """
    _require_role(actor, {"operator", "supervisor"})
    lock_head(session)
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound
    incident = session.get_one(Incident, report.incident_id, populate_existing=True)
    if incident.resolution != "prank" or report.device_id is None:
        raise Conflict("not_a_prank")
    if session.scalar(select(Strike.id).where(Strike.report_id == report_id)) is not None:
        raise Conflict("already")
    moment = now()
    row = Strike(
        id=new_id(),
        device_id=report.device_id,
        report_id=report_id,
        incident_id=incident.id,
        confirmed_by=actor.id,
        at=moment,
        expires_at=moment + COUNTS_FOR,
        lifted=False,
    )
    session.add(row)
    session.flush()
    _record_strike_event(session, row, "confirm_strike", actor)
    return row


def appeal(session: Session, report_id: str, words: str) -> Strike:
    """Record the reporter's appeal; a second one changes nothing.

    Raises:
        NotFound: this report has no strike.
        Invalid: no words, or too many.
    """
    statement = words.replace("\x00", "").strip()
    if not statement or len(statement) > WORDS_MAX:
        raise Invalid([("/words", "too_long" if statement else "missing")])
    lock_head(session)
    row = session.scalars(select(Strike).where(Strike.report_id == report_id)).first()
    if row is None:
        raise NotFound
    if row.appealed_at is None:
        row.appeal, row.appealed_at = statement, now()
        session.flush()
        _record_strike_event(session, row, "appeal", None)
    return row


def lift_strike(session: Session, actor: Actor, strike_id: str) -> None:
    """Lift a strike, after an appeal or without one; raises as `uphold_strike`."""
    _decide(session, actor, strike_id, "lift_strike")


def uphold_strike(session: Session, actor: Actor, strike_id: str) -> None:
    """Keep a strike; the actor who confirmed it may not decide.

    Raises:
        Forbidden: not a supervisor, or the same person.
        NotFound: no such strike.
        Conflict: decided before.
    """
    _decide(session, actor, strike_id, "uphold_strike")


def strikes(session: Session) -> Sequence[Strike]:
    """Return at most 100 active strikes, waiting appeals first."""
    query = select(Strike).where(Strike.expires_at > now(), ~Strike.lifted)
    rows = session.scalars(query.order_by(Strike.at.desc()).limit(100)).all()
    return sorted(rows, key=lambda row: (row.appealed_at is None or row.decided_at is not None, row.at))


def struck(session: Session, incident_id: str) -> set[str]:
    """Return the reports of an incident that have a strike."""
    return set(session.scalars(select(Strike.report_id).where(Strike.incident_id == incident_id)))


def strike_of(session: Session, report_id: str) -> dict[str, str | None] | None:
    """Return the strike on a report as shown to the reporter."""
    row = session.scalars(select(Strike).where(Strike.report_id == report_id)).first()
    if row is None:
        return None
    state = "lifted" if row.lifted else "expired" if row.expires_at <= now() else "active"
    if state == "active" and row.appealed_at is not None:
        state = "upheld" if row.decided_at is not None else "appealed"
    return {"state": state, "at": row.at.isoformat(), "expires_at": row.expires_at.isoformat()}


def _decide(session: Session, actor: Actor, strike_id: str, move: str) -> None:
    _require_role(actor, {"supervisor"})
    lock_head(session)
    row = session.get(Strike, strike_id, populate_existing=True)
    if row is None:
        raise NotFound
    if row.confirmed_by == actor.id:
        raise Forbidden("own_strike")
    if row.decided_at is not None:
        raise Conflict("already")
    row.decided_by, row.decided_at, row.lifted = actor.id, now(), move == "lift_strike"
    session.flush()
    _record_strike_event(session, row, move, actor)


def _record_strike_event(session: Session, row: Strike, name: str, actor: Actor | None) -> None:
    record_event(
        session, actor or REPORTER, name, incident_id=row.incident_id, report_id=row.report_id, strike=row.id
    )


def _require_role(actor: Actor, roles: set[str]) -> None:
    if actor.role not in roles:
        raise Forbidden("role")
