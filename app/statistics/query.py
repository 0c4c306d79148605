"""Define which days and incidents a statistic covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.core.clock import now, wita_day

UNKNOWN: Final = "-"
"""Stands for the kelurahan of an incident without one."""


@dataclass(frozen=True, slots=True)
class StatisticsQuery:
    """Span and filters of a statistic; days are those of Bontang, both included, `None` stands for all."""

    first: str
    last: str
    agency: str | None = None
    kelurahan: str | None = None
    kind: str | None = None
    shift: str | None = None

    @property
    def chosen(self) -> Mapping[str, str]:
        """Return the filters, by dimension."""
        names = ("agency", "kelurahan", "kind", "shift")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    @property
    def pair(self) -> tuple[str, str] | None:
        """Return the only dimension and value of the filters, None for a combination."""
        chosen = list(self.chosen.items())
        if len(chosen) > 1:
            return None
        return chosen[0] if chosen else ("all", "")

    @property
    def days(self) -> int:
        return (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days + 1

    def each_day(self) -> list[str]:
        """Return every day of the span."""
        start = date.fromisoformat(self.first)
        return [(start + timedelta(days=n)).isoformat() for n in range(self.days)]


def last_days(days: int) -> StatisticsQuery:
    """Return the span of the last `days` days, today included."""
    today = wita_day(now())
    return StatisticsQuery((date.fromisoformat(today) - timedelta(days=days - 1)).isoformat(), today)
