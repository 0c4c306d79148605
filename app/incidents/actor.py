"""Who acts: what the domain needs to know of a member of staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff who makes a move; `agency` is set for the role agency alone."""

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
        """Return the acting person behind a row of staff."""
        return cls(staff.id, staff.name, staff.role, staff.agency)


def names_of(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """Return staff names by id, for screens that say who did something."""
    wanted = {staff_id for staff_id in ids if staff_id}
    if not wanted:
        return {}
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted))).all()
    return {row.id: row.name for row in rows}
