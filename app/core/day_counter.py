"""How many reports a day has had: the last number that was given, kept by whoever stores reports."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_LAST = text("SELECT last FROM day_counter WHERE day = :day")


def last_number(session: Session, day: str) -> int:
    """Return the number of the newest report of a day in Bontang (`2026-11-23`); 0 before the first."""
    return session.execute(_LAST, {"day": day}).scalar() or 0
