"""Read the last report number of a day; `app/reports` writes it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_LAST = text("SELECT last FROM day_counter WHERE day = :day")


def last_number(session: Session, day: str) -> int:
    """Return the number of the newest report of a day in Bontang (`2026-11-23`); 0 before the first."""
    return session.execute(_LAST, {"day": day}).scalar() or 0
