"""Define the names and hours of shifts, and find the shift of a moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.core.clock import WITA
from app.core.models import Setting

SHIFTS: Final = {"pagi": 7, "sore": 15, "malam": 23}
"""Shift → hour it begins (WITA); the setting `shifts` replaces it."""


def read_shifts(session: Session) -> Mapping[str, int]:
    """Return the shifts of the city: name → hour it begins."""
    row = session.get(Setting, "shifts")
    return {str(name): int(hour) for name, hour in json.loads(row.value).items()} if row else SHIFTS


def shift_of(at: datetime, shifts: Mapping[str, int]) -> str:
    """Return the shift at a moment: the last one that began."""
    hour = at.astimezone(WITA).hour
    order: Sequence[tuple[int, str]] = sorted((begin, name) for name, begin in shifts.items())
    begun = [name for begin, name in order if begin <= hour]
    return begun[-1] if begun else order[-1][1]
