"""Measures the backlog: how many pushes and jobs are due, and since when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import UtcDateTime

_MOMENT = UtcDateTime()
_QUERY = "SELECT count(*) AS waiting, min({due}) AS oldest FROM {table} WHERE state = 'waiting' AND {due} <= :moment"
_FAILED = "SELECT count(*) FROM {table} WHERE state = 'failed'"
_TABLES = {"notification": "next_at", "job": "run_at"}


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows that are due, the age of the oldest in seconds, and rows that failed for good."""

    waiting: int
    oldest_s: float
    failed: int


def backlogs(session: Session) -> dict[str, Backlog]:
    """Return the backlog of pushes (`notification`) and of jobs (`job`)."""
    moment = now()
    found = {}
    for table, due in _TABLES.items():
        query = text(_QUERY.format(table=table, due=due)).bindparams(
            bindparam("moment", moment, type_=_MOMENT)
        )
        row = session.execute(query.columns(oldest=_MOMENT)).one()
        failed = session.execute(text(_FAILED.format(table=table))).scalar_one()
        age_s = (moment - row.oldest).total_seconds() if row.oldest else 0.0
        found[table] = Backlog(row.waiting, age_s, failed)
    return found
