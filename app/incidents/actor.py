"""Describe the member of staff who acts on an incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff


@dataclass(frozen=True, slots=True)
class Actor:
    """Signed-in member of staff; `agency` is set only for the role agency."""

    id: str
    name: str
    role: str
    agency: str | None = None

    @property
    def kind(self) -> str:
        """Kind of actor in the event log."""
        return "staff"

    @classmethod
    def of(cls, staff: Staff) -> Actor:
        """Return the actor for a staff row."""
        return cls(staff.id, staff.name, staff.role, staff.agency)


def names_of(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """Return staff names by id, for screens that show the actor of a change."""
    wanted = {staff_id for staff_id in ids if staff_id}
    if not wanted:
        return {}
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted))).all()
    return {row.id: row.name for row in rows}
