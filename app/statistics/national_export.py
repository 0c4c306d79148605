"""Export a month for the national centre: reports by day, class and kind (Permenkominfo 10/2016)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.core.raw_sql import Plain
from app.statistics.percentiles import CLASS_OF

NATIONAL: Final = ("normal", "ghost", "prank", "information")
"""Classes of the regulation. Duplicates (calls about a known incident) and open incidents count as normal."""
_COUNTED: Final = Plain(
    "SELECT day, kind, resolution, COUNT(*), SUM(reports) FROM incident"
    " WHERE day >= :first AND day <= :last AND NOT simulation GROUP BY day, kind, resolution"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the export; it holds no person and no position."""

    day: str
    kind: str
    label: str
    reports: int
    incidents: int


def month_of(text: str) -> tuple[str, str]:
    """Return the first and the last day of a month, `YYYY-MM`.

    Raises:
        ValueError: no such month.
    """
    first = date.fromisoformat(f"{text}-01")
    return first.isoformat(), ((first + timedelta(days=31)).replace(day=1) - timedelta(days=1)).isoformat()


def lines(session: Session, first: str, last: str) -> Sequence[Line]:
    """Return the lines of a span of days, without drills."""
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    for day, kind, resolution, incidents, reports in _COUNTED.rows(session, {"first": first, "last": last}):
        known = CLASS_OF[resolution]
        key = day, known if known in NATIONAL else "normal", kind
        before = found.get(key, (0, 0))
        found[key] = before[0] + int(reports), before[1] + int(incidents)
    return [
        Line(day, kind, label, reports, incidents)
        for (day, label, kind), (reports, incidents) in sorted(found.items())
    ]
