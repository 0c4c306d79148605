"""Queue background jobs: a request writes them in its transaction, the worker runs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import NEWS, Database
from app.core.ids import new_id
from app.core.models import Job

LEASE = timedelta(seconds=60)
GIVE_UP_AFTER = 8
_RETRY_S = (1, 2, 5, 15, 60, 300, 900)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker holds until its lease ends."""

    id: str
    name: str
    payload: dict[str, Any]
    attempts: int


Handler = Callable[[dict[str, Any]], None]


def put(session: Session, name: str, payload: Mapping[str, Any], *, run_at: datetime | None = None) -> str:
    """Write a job in the caller's transaction; return its id."""
    moment = now()
    job_id = new_id()
    session.execute(
        insert(Job).values(
            id=job_id,
            name=name,
            payload=json.dumps(payload),
            state="waiting",
            created_at=moment,
            run_at=run_at or moment,
            attempts=0,
        )
    )
    session.info[NEWS] = True
    return job_id


def is_waiting(session: Session, name: str, payload: Mapping[str, Any]) -> bool:
    """Return whether a job with the same name and payload is waiting."""
    query = select(Job.id).where(Job.state == "waiting", Job.name == name, Job.payload == json.dumps(payload))
    return session.scalars(query.limit(1)).first() is not None


def claim(database: Database, *, limit: int = 8) -> list[Claimed]:
    """Claim due jobs for `LEASE`; a job whose worker died is due again when its lease ends."""
    moment = now()
    due = text("SELECT 1 FROM job WHERE state = 'waiting' AND run_at <= :moment LIMIT 1").bindparams(
        _bind_moment("moment", moment)
    )
    with database.read() as session:  # usually nothing is due, and reading takes no lock
        if session.execute(due).first() is None:
            return []
    lock = "" if database.is_sqlite else " FOR UPDATE SKIP LOCKED"
    query = text(
        "SELECT id, name, payload, attempts FROM job WHERE state = 'waiting' AND run_at <= :moment "
        f"AND (leased_until IS NULL OR leased_until <= :moment) ORDER BY run_at LIMIT :limit{lock}"
    ).bindparams(_bind_moment("moment", moment))
    with database.write() as session:
        rows = session.execute(query, {"limit": limit}).all()
        for row in rows:
            session.execute(
                text(
                    "UPDATE job SET leased_until = :until, attempts = attempts + 1 WHERE id = :id"
                ).bindparams(_bind_moment("until", moment + LEASE)),
                {"id": row.id},
            )
    return [Claimed(str(row.id), row.name, json.loads(row.payload), row.attempts + 1) for row in rows]


def finish(database: Database, job: Claimed) -> None:
    """Mark a job as done."""
    with database.write() as session:
        session.execute(text("UPDATE job SET state = 'done' WHERE id = :id"), {"id": job.id})


def fail(database: Database, job: Claimed, fault: BaseException) -> None:
    """Put a job back with a growing pause, or mark it `failed` after `GIVE_UP_AFTER` tries."""
    given_up = job.attempts >= GIVE_UP_AFTER
    pause = _RETRY_S[min(job.attempts, len(_RETRY_S)) - 1]
    with database.write() as session:
        session.execute(
            text(
                "UPDATE job SET state = :state, leased_until = NULL, run_at = :again, error = :error WHERE id = :id"
            ).bindparams(_bind_moment("again", now() + timedelta(seconds=pause))),
            {"state": "failed" if given_up else "waiting", "error": type(fault).__name__, "id": job.id},
        )


def _bind_moment(name: str, moment: datetime) -> Any:
    from sqlalchemy import bindparam

    from app.core.db import UtcDateTime

    return bindparam(name, moment, type_=UtcDateTime())
