"""Split statistics by day, by dimension and by position, and count deliveries of pushes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.domain import SILENT_KIND
from app.core.raw_sql import Plain, iso
from app.incidents.control_room.shift_hours import read_shifts, shift_of
from app.statistics import daily_rollup
from app.statistics.from_events import chosen, counted
from app.statistics.models import StatDay
from app.statistics.percentiles import Answer, Tally, answer
from app.statistics.query import UNKNOWN, StatisticsQuery

K: Final = 5
"""Minimum of incidents in a shown cell of the map, so that no person can be identified (k-anonymity)."""
_PLACES: Final = (
    "SELECT i.cell, i.kelurahan, i.received_at FROM incident i WHERE i.day >= :first AND i.day <= :last"
    f" AND NOT i.simulation AND i.kind <> '{SILENT_KIND}'"
)
_FILTERS: Final = {
    "kind": " AND i.kind = :kind",
    "kelurahan": " AND COALESCE(i.kelurahan, '-') = :kelurahan",
    "agency": " AND EXISTS (SELECT 1 FROM assignment a WHERE a.incident_id = i.id AND a.agency = :agency)",
}
_PUSHES: Final = Plain(
    "SELECT COUNT(*), SUM(CASE WHEN n.sent_at IS NULL THEN 0 ELSE 1 END),"
    " SUM(CASE WHEN n.shown_at IS NULL THEN 0 ELSE 1 END),"
    " SUM(CASE WHEN n.state IN ('gone', 'failed') THEN 1 ELSE 0 END)"
    " FROM incident i JOIN notification n ON n.incident_id = i.id"
    " WHERE i.day >= :first AND i.day <= :last AND NOT i.simulation AND n.state <> 'superseded'"
)


@dataclass(frozen=True, slots=True)
class Density:
    """Incidents by cell (`K` and more) and by kelurahan, and counts of hidden ones and of those without position."""

    cells: Mapping[int, int]
    kelurahan: Mapping[str, int]
    hidden: int
    nowhere: int


@dataclass(frozen=True, slots=True)
class Pushes:
    """Counts of pushes: written, accepted by the push service, shown on a screen, lost."""

    written: int
    delivered: int
    shown: int
    lost: int


def by_day(session: Session, selection: StatisticsQuery) -> dict[str, Answer]:
    """Return an answer for each day that has incidents."""
    pair = selection.pair
    if pair is not None:
        days = session.scalars(
            select(StatDay.day)
            .where(StatDay.dimension == pair[0], StatDay.value == pair[1])
            .where(StatDay.day >= selection.first, StatDay.day <= selection.last)
            .order_by(StatDay.day)
        ).all()
        return {day: answer(daily_rollup.from_days(session, StatisticsQuery(day, day), pair)) for day in days}
    tallies: dict[str, Tally] = {}
    for incident in chosen(session, selection):
        tallies.setdefault(incident.day, Tally()).add(
            reports=incident.reports, resolution=incident.resolution, legs=incident.legs(selection.agency)
        )
    return {day: answer(tallies[day]) for day in sorted(tallies)}


def by_dimension(session: Session, selection: StatisticsQuery, dimension: str) -> dict[str, Answer]:
    """Return an answer for each value of a dimension, most incidents first."""
    if set(selection.chosen) <= {dimension}:
        query = select(StatDay.value).where(StatDay.dimension == dimension)
        query = query.where(StatDay.day >= selection.first, StatDay.day <= selection.last).distinct()
        only = selection.chosen.get(dimension)
        values = [value for value in session.scalars(query) if only in {None, value}]
        days = (selection.first, selection.last)
        found = {
            value: daily_rollup.ask(session, StatisticsQuery(*days, **{dimension: value})) for value in values
        }
    else:
        found = _count_by_dimension(session, selection, dimension)
    return dict(sorted(found.items(), key=lambda entry: (-entry[1].incidents, entry[0])))


def density(session: Session, selection: StatisticsQuery) -> Density:
    """Return the density of incidents; violence at home and cells below `K` are left out of the map."""
    shifts = read_shifts(session)
    filters = "".join(_FILTERS[name] for name in selection.chosen if name in _FILTERS)
    values = {"first": selection.first, "last": selection.last, **selection.chosen}
    values.pop("shift", None)
    cells: Counter[int] = Counter()
    kelurahan: Counter[str] = Counter()
    nowhere = 0
    for cell, village, received in Plain(_PLACES + filters).rows(session, values):
        if (
            selection.shift
            and shift_of(datetime.fromisoformat(iso(received) or ""), shifts) != selection.shift
        ):
            continue
        kelurahan[village or UNKNOWN] += 1
        if cell is None:
            nowhere += 1
        else:
            cells[cell] += 1
    shown = {cell: count for cell, count in cells.items() if count >= K}
    return Density(shown, dict(kelurahan.most_common()), cells.total() - sum(shown.values()), nowhere)


def pushes(session: Session, selection: StatisticsQuery) -> Pushes:
    """Return the counts of pushes about incidents of these days, ignoring the other filters."""
    row = _PUSHES.rows(session, {"first": selection.first, "last": selection.last})[0]
    return Pushes(*(int(count or 0) for count in row))


def _count_by_dimension(session: Session, selection: StatisticsQuery, dimension: str) -> dict[str, Answer]:
    required = set(selection.chosen.items())
    tallies: dict[str, Tally] = {}
    for incident in counted(session, selection.first, selection.last):
        values = set(incident.values())
        if not required <= values:
            continue
        for name, value in values:
            if name == dimension and (selection.agency in {None, value} or dimension != "agency"):
                agency = value if dimension == "agency" else selection.agency
                tallies.setdefault(value, Tally()).add(
                    reports=incident.reports, resolution=incident.resolution, legs=incident.legs(agency)
                )
    return {value: answer(tally) for value, tally in tallies.items()}
