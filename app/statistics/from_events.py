"""Incidents and their legs read from the log, on the fly: what the rollup must equal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy.orm import Session

from app.core.raw_sql import Plain, iso
from app.incidents.control_room.shift_hours import read_shifts, shift_of
from app.statistics.percentiles import Tally
from app.statistics.query import UNKNOWN, StatisticsQuery
from app.statistics.response_times import EVENTS, Happened, Story, agencies_of, story

_WHERE: Final = "i.day >= :first AND i.day <= :last AND NOT i.simulation"
_INCIDENTS: Final = Plain(
    "SELECT i.id, i.day, i.kind, i.kelurahan, i.received_at, i.resolution, i.closed_at, i.reports"
    f" FROM incident i WHERE {_WHERE}"
)
_EVENTS: Final = Plain(
    "SELECT e.incident_id, e.name, e.at, e.data FROM incident i JOIN event e ON e.incident_id = i.id"
    f" WHERE {_WHERE} AND e.name IN ({', '.join(repr(name) for name in EVENTS)})"
    " ORDER BY e.incident_id, e.seq"
)
_BARE: Final = frozenset({"received", "opened", "closed", "reopened"})
"""Events that name no agency: their facts need not be read."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One incident as the statistics see it."""

    id: str
    day: str
    kind: str
    kelurahan: str
    shift: str
    received_at: datetime
    resolution: str | None
    reports: int
    story: Story

    def values(self) -> Iterator[tuple[str, str]]:
        """Return every dimension and value that it counts for."""
        yield "all", ""
        yield "kind", self.kind
        yield "kelurahan", self.kelurahan
        yield "shift", self.shift
        for agency in self.story.agencies:
            yield "agency", agency

    def legs(self, agency: str | None) -> dict[str, int]:
        """Return the legs of the whole, or those of one agency."""
        return dict(self.story.whole if agency is None else self.story.agencies[agency])


def counted(session: Session, first: str, last: str) -> Iterator[Counted]:
    """Return the incidents received on these days; simulated ones are no statistics."""
    days = {"first": first, "last": last}
    shifts = read_shifts(session)
    stories = {
        str(incident_id): story([_happened(row) for row in rows])
        for incident_id, rows in groupby(_EVENTS.rows(session, days), key=itemgetter(0))
    }
    nothing = Story({})
    for key, day, kind, kelurahan, received, resolution, closed, reports in _INCIDENTS.rows(session, days):
        at = datetime.fromisoformat(iso(received) or "")
        yield Counted(
            str(key),
            day,
            kind,
            kelurahan or UNKNOWN,
            shift_of(at, shifts),
            at,
            resolution if closed is not None else None,
            reports,
            stories.get(str(key), nothing),
        )


def chosen(session: Session, selection: StatisticsQuery) -> Iterator[Counted]:
    """Return the incidents that were asked for."""
    wanted = set(selection.chosen.items())
    for item in counted(session, selection.first, selection.last):
        if wanted <= set(item.values()):
            yield item


def on_the_fly(session: Session, selection: StatisticsQuery) -> Tally:
    """Return the tally of what was asked, from the incidents themselves."""
    tally = Tally()
    for item in chosen(session, selection):
        tally.add(reports=item.reports, resolution=item.resolution, legs=item.legs(selection.agency))
    return tally


def by_value(session: Session, day: str) -> dict[tuple[str, str], Tally]:
    """Return the tallies of one day: one for each value of each dimension."""
    tallies: dict[tuple[str, str], Tally] = {}
    for item in counted(session, day, day):
        for dimension, value in item.values():
            legs = item.legs(value if dimension == "agency" else None)
            tally = tallies.setdefault((dimension, value), Tally())
            tally.add(reports=item.reports, resolution=item.resolution, legs=legs)
    return tallies


def _happened(row: tuple[Any, ...]) -> Happened:
    _, name, at, data = row
    agencies = () if name in _BARE else agencies_of(name, json.loads(data))
    return Happened(name, datetime.fromisoformat(iso(at) or ""), agencies)
