"""Keep statistics by day: recount changed days as a whole, then prepare the answers for the usual spans.

Idempotent and safe with any number of workers: the worker that moves the mark writes the days. Answers are deleted
together with the days they were made from, and written only if the mark has not moved since they were computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from app.core.clock import now, wita_day
from app.core.db import Database
from app.core.models import EventHead
from app.core.raw_sql import Plain
from app.statistics.from_events import by_value, on_the_fly
from app.statistics.models import StatDay, StatMark, StatSpan
from app.statistics.percentiles import CLASSES, Answer, Spread, Tally, answer, pack, unpack
from app.statistics.query import StatisticsQuery, last_days

SPANS: Final = (1, 7, 30, 90)
"""Lengths in days of the spans until today whose answers are prepared."""
PAGE: Final = 2_000
"""Maximum of events that one step processes."""
Pair = tuple[str, str]
_DAYS: Final = text(
    "SELECT DISTINCT i.day FROM event e JOIN incident i ON i.id = e.incident_id"
    " WHERE e.seq > :after AND e.seq <= :until"
)
_SPAN: Final = Plain(
    "SELECT until, answer FROM stat_span WHERE dimension = :dimension AND value = :value AND days = :days"
)
_STORED: Final = Plain(
    "SELECT incidents, reports, normal, ghost, prank, information, duplicate, unclosed, samples FROM stat_day"
    " WHERE dimension = :dimension AND value = :value AND day >= :first AND day <= :last"
)


def step(database: Database) -> bool:
    """Process the next events; return whether more are left."""
    with database.read() as session:
        mark = session.scalars(select(StatMark.seq)).one()
        head = session.scalars(select(EventHead.seq)).one()
        until = min(head, mark + PAGE)
        days = list(session.scalars(_DAYS, {"after": mark, "until": until})) if until > mark else []
        tallies = {day: by_value(session, day) for day in days}
    if until > mark:
        with database.write() as session:
            if not _move_mark(session, mark, until):
                return True  # another worker did it
            for day, values in tallies.items():
                _write_day(session, day, values)
    _prepare_answers(database, until)
    return until < head


def ask(session: Session, selection: StatisticsQuery) -> Answer:
    """Return the answer from the prepared spans, else from the days, else from the incidents."""
    pair = selection.pair
    if pair is None:
        return answer(on_the_fly(session, selection))
    if selection.days in SPANS and selection.last == wita_day(now()):
        key = {"dimension": pair[0], "value": pair[1], "days": selection.days}
        for until, ready in _SPAN.rows(session, key):
            if until == selection.last:
                return _parse_answer(json.loads(ready))
    return answer(from_days(session, selection, pair))


def from_days(session: Session, selection: StatisticsQuery, pair: Pair) -> Tally:
    """Return the tally of a span of days, for one value of one dimension."""
    tally = Tally()
    key = {"dimension": pair[0], "value": pair[1], "first": selection.first, "last": selection.last}
    for row in _STORED.rows(session, key):
        classes = dict(zip(CLASSES, row[2:8], strict=True))
        tally.take(Tally(row[0], row[1], classes, unpack(row[8])))
    return tally


def _move_mark(session: Session, before: int, to: int) -> bool:
    moved = session.execute(
        update(StatMark).where(StatMark.id == 1, StatMark.seq == before).values(seq=to, at=now())
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def _write_day(session: Session, day: str, values: Mapping[Pair, Tally]) -> None:
    before = session.execute(select(StatDay.dimension, StatDay.value).where(StatDay.day == day)).all()
    session.execute(delete(StatDay).where(StatDay.day == day))
    if values:
        session.execute(insert(StatDay), [_row(day, pair, tally) for pair, tally in values.items()])
    for dimension, value in {tuple(row) for row in before} | values.keys():
        session.execute(delete(StatSpan).where(StatSpan.dimension == dimension, StatSpan.value == value))


def _row(day: str, pair: Pair, tally: Tally) -> dict[str, Any]:
    return {
        "dimension": pair[0],
        "value": pair[1],
        "day": day,
        "incidents": tally.incidents,
        "reports": tally.reports,
        **tally.classes,
        "samples": pack(tally.samples),
    }


def _prepare_answers(database: Database, mark: int) -> None:
    """Write the answers that are missing or made on another day."""
    today, ready = wita_day(now()), []
    with database.read() as session:
        longest = last_days(max(SPANS))
        pairs = session.execute(
            select(StatDay.dimension, StatDay.value).where(StatDay.day >= longest.first).distinct()
        ).all()
        have = {
            (row.dimension, row.value)
            for row in session.execute(
                select(StatSpan.dimension, StatSpan.value).where(StatSpan.until == today)
            )
        }
        for pair in [(row.dimension, row.value) for row in pairs if (row.dimension, row.value) not in have]:
            ready += [_span_row(session, pair, days, today) for days in SPANS]
    if not ready:
        return
    with database.write() as session:
        current_mark = session.scalars(select(StatMark.seq).with_for_update()).one()
        if current_mark == mark:
            fresh = {(row["dimension"], row["value"]) for row in ready}
            for dimension, value in fresh:
                session.execute(
                    delete(StatSpan).where(StatSpan.dimension == dimension, StatSpan.value == value)
                )
            session.execute(insert(StatSpan), ready)


def _span_row(session: Session, pair: Pair, days: int, today: str) -> dict[str, Any]:
    found = answer(from_days(session, last_days(days), pair))
    return {
        "dimension": pair[0],
        "value": pair[1],
        "days": days,
        "until": today,
        "answer": json.dumps(asdict(found), separators=(",", ":")),
    }


def _parse_answer(ready: Mapping[str, Any]) -> Answer:
    legs = {leg: Spread(**values) for leg, values in ready["legs"].items()}
    return Answer(ready["incidents"], ready["reports"], ready["classes"], legs)
