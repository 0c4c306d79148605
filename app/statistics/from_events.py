"""Count incidents and their response times from the event log; the rollup must give equal answers."""

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
from app.statistics.response_times import EVENTS, IncidentTimes, LegEvent, agencies_of, incident_times

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
_WITHOUT_AGENCY: Final = frozenset({"received", "opened", "closed", "reopen"})
"""Events without an agency; their data is not parsed."""


@dataclass(frozen=True, slots=True)
class CountedIncident:
    """An incident with the data that statistics need."""

    id: str
    day: str
    kind: str
    kelurahan: str
    shift: str
    received_at: datetime
    resolution: str | None
    reports: int
    times: IncidentTimes

    def values(self) -> Iterator[tuple[str, str]]:
        """Return every dimension and value that the incident counts for."""
        yield "all", ""
        yield "kind", self.kind
        yield "kelurahan", self.kelurahan
        yield "shift", self.shift
        for agency in self.times.agencies:
            yield "agency", agency

    def legs(self, agency: str | None) -> dict[str, int]:
        """Return the legs of the whole incident, or those of one agency."""
        return dict(self.times.whole if agency is None else self.times.agencies[agency])


def counted(session: Session, first: str, last: str) -> Iterator[CountedIncident]:
    """Return the incidents received on these days, without simulated ones."""
    days = {"first": first, "last": last}
    shifts = read_shifts(session)
    times_by_incident = {
        str(incident_id): incident_times([_leg_event(row) for row in rows])
        for incident_id, rows in groupby(_EVENTS.rows(session, days), key=itemgetter(0))
    }
    no_times = IncidentTimes({})
    for key, day, kind, kelurahan, received, resolution, closed, reports in _INCIDENTS.rows(session, days):
        at = datetime.fromisoformat(iso(received) or "")
        yield CountedIncident(
            str(key),
            day,
            kind,
            kelurahan or UNKNOWN,
            shift_of(at, shifts),
            at,
            resolution if closed is not None else None,
            reports,
            times_by_incident.get(str(key), no_times),
        )


def chosen(session: Session, selection: StatisticsQuery) -> Iterator[CountedIncident]:
    """Return the incidents that match a query."""
    required = set(selection.chosen.items())
    for item in counted(session, selection.first, selection.last):
        if required <= set(item.values()):
            yield item


def on_the_fly(session: Session, selection: StatisticsQuery) -> Tally:
    """Return the tally of a query, computed from the incidents."""
    tally = Tally()
    for item in chosen(session, selection):
        tally.add(reports=item.reports, resolution=item.resolution, legs=item.legs(selection.agency))
    return tally


def by_value(session: Session, day: str) -> dict[tuple[str, str], Tally]:
    """Return the tallies of one day, one for each value of each dimension."""
    tallies: dict[tuple[str, str], Tally] = {}
    for item in counted(session, day, day):
        for dimension, value in item.values():
            legs = item.legs(value if dimension == "agency" else None)
            tally = tallies.setdefault((dimension, value), Tally())
            tally.add(reports=item.reports, resolution=item.resolution, legs=legs)
    return tallies


def _leg_event(row: tuple[Any, ...]) -> LegEvent:
    _, name, at, data = row
    agencies = () if name in _WITHOUT_AGENCY else agencies_of(name, json.loads(data))
    return LegEvent(name, datetime.fromisoformat(iso(at) or ""), agencies)
