"""Reads new events from the log in order, in one thread that commits wake."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable

from sqlalchemy import bindparam, text

from app.accounts.sessions import Limits, touch_listening
from app.core.clock import now
from app.core.db import Database, IdType, UtcDateTime
from app.core.log import log
from app.core.notify import Watch
from app.incidents.queue.queue import rows_of
from app.stream.sse_frames import Frame, frame

POLL_S = 0.003
"""SQLite: how often the version of the file is read."""
SWEEP_S = 1.0
PAGE = 500
_MOMENT = UtcDateTime()
_EVENTS = text(
    "SELECT seq, at, name, incident_id FROM event WHERE seq > :after ORDER BY seq LIMIT :page"
).columns(at=_MOMENT)
_AGENCIES = text("SELECT incident_id, agency FROM assignment WHERE incident_id IN :ids").bindparams(
    bindparam("ids", expanding=True, type_=IdType)
)
_LIVING = text(
    "SELECT s.id FROM staff_session s JOIN staff p ON p.id = s.staff_id "
    "WHERE s.id IN :ids AND s.ended_at IS NULL AND p.disabled_at IS NULL "
    "AND s.created_at > :begun_after AND s.seen_at > :seen_after"
).bindparams(
    bindparam("ids", expanding=True),
    bindparam("begun_after", type_=_MOMENT),
    bindparam("seen_after", type_=_MOMENT),
)


def read_head(database: Database) -> int:
    """Return the number of the last event."""
    with database.read() as session:
        return int(session.execute(text("SELECT seq FROM event_head WHERE id = 1")).scalar_one())


def read_frames(database: Database, after: int, *, page: int = PAGE) -> list[Frame]:
    """Return at most `page` frames of the events after `after`, in order."""
    with database.read() as session:
        events = session.execute(_EVENTS, {"after": after, "page": page}).all()
        ids = list({str(row.incident_id) for row in events if row.incident_id})
        rows = {row["id"]: row for row in rows_of(session, ids)}
        agencies: dict[str, set[str]] = {}
        for assignment in session.execute(_AGENCIES, {"ids": ids}) if ids else ():
            agencies.setdefault(str(assignment.incident_id), set()).add(assignment.agency)
    return [
        frame(
            row.seq, row.at, row.name, rows.get(str(row.incident_id)), agencies.get(str(row.incident_id), ())
        )
        for row in events
    ]


def living_sessions(database: Database, ids: Iterable[str], limits: Limits) -> set[str]:
    """Return the sessions that are still valid: neither signed out, disabled nor expired."""
    moment = now()
    values = {"ids": list(ids), "begun_after": moment - limits.absolute, "seen_after": moment - limits.idle}
    with database.read() as session:
        return set(session.scalars(_LIVING, values))


def touch_sessions(database: Database, living: Collection[str]) -> None:
    """Record activity of the sessions whose consoles are open."""
    with database.write() as session:
        touch_listening(session, living)


class Source(threading.Thread):
    """Passes new frames to `on_frames`, in order and without a gap, and to `on_fresh` whether the log is readable."""

    def __init__(
        self,
        database: Database,
        after: int,
        on_frames: Callable[[list[Frame]], object],
        on_fresh: Callable[[bool], object],
    ) -> None:
        super().__init__(name="source", daemon=True)
        self._database = database
        self._after = after
        self._on_frames = on_frames
        self._on_fresh = on_fresh
        self._watch = Watch(database, poll_s=POLL_S)
        self._ended = threading.Event()

    def end(self) -> None:
        """Stop before the next read."""
        self._ended.set()

    def run(self) -> None:
        """Read the log and wait for commits, until ended."""
        fresh = True
        while not self._ended.is_set():
            try:
                self._drain()
                self._watch.wait(SWEEP_S)
            except Exception as fault:  # noqa: BLE001  the database may come back
                log().warning("stream_source_away", fault=type(fault).__name__)
                self._ended.wait(0.5)
                now_fresh = False
            else:
                now_fresh = True
            if now_fresh is not fresh:
                fresh = now_fresh
                self._on_fresh(fresh)

    def _drain(self) -> None:
        while frames := read_frames(self._database, self._after):
            self._after = frames[-1].seq
            self._on_frames(frames)
