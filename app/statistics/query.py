"""What is asked: from which day to which, of which incidents; and shifts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.core.clock import WITA, now, wita_day
from app.core.models import Setting

SHIFTS: Final = {"pagi": 7, "sore": 15, "malam": 23}
"""Shift → hour it begins (WITA); a setting `shifts` replaces it."""
UNKNOWN: Final = "-"
"""The kelurahan of an incident without one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Days are those of Bontang, both included; `None` stands for all."""

    first: str
    last: str
    agency: str | None = None
    kelurahan: str | None = None
    kind: str | None = None
    shift: str | None = None

    @property
    def chosen(self) -> Mapping[str, str]:
        """What was narrowed, by dimension."""
        names = ("agency", "kelurahan", "kind", "shift")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @property
    def pair(self) -> tuple[str, str] | None:
        """The one dimension and value that the rollup is asked for, None for a combination."""
        chosen = list(self.chosen.items())
        if len(chosen) > 1:
            return None
        return chosen[0] if chosen else ("all", "")

    @property
    def days(self) -> int:
        return (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days + 1

    def each_day(self) -> list[str]:
        """Return every day asked for."""
        start = date.fromisoformat(self.first)
        return [(start + timedelta(days=n)).isoformat() for n in range(self.days)]


def last_days(days: int) -> Asked:
    """Return the last so many days, today included."""
    today = wita_day(now())
    return Asked((date.fromisoformat(today) - timedelta(days=days - 1)).isoformat(), today)


def read_shifts(session: Session) -> Mapping[str, int]:
    """Return the shifts of this city: name → hour of its beginning."""
    row = session.get(Setting, "shifts")
    return {str(name): int(hour) for name, hour in json.loads(row.value).items()} if row else SHIFTS


def shift_of(at: datetime, shifts: Mapping[str, int]) -> str:
    """Return the shift that a moment falls into: the one that began last."""
    hour = at.astimezone(WITA).hour
    order: Sequence[tuple[int, str]] = sorted((begin, name) for name, begin in shifts.items())
    begun = [name for begin, name in order if begin <= hour]
    return begun[-1] if begun else order[-1][1]
