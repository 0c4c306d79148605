"""Where the stream's news come from: one thread that is woken by commits and reads the log in order."""

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
"""SQLite: how often the file's version is asked."""
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
    """Return the events behind `after`, in order, at most `page`."""
    with database.read() as session:
        events = session.execute(_EVENTS, {"after": after, "page": page}).all()
        ids = list({str(row.incident_id) for row in events if row.incident_id})
        rows = {row["id"]: row for row in rows_of(session, ids)}
        agencies: dict[str, set[str]] = {}
        for given in session.execute(_AGENCIES, {"ids": ids}) if ids else ():
            agencies.setdefault(str(given.incident_id), set()).add(given.agency)
    return [
        frame(
            row.seq, row.at, row.name, rows.get(str(row.incident_id)), agencies.get(str(row.incident_id), ())
        )
        for row in events
    ]


def living_sessions(database: Database, ids: Iterable[str], limits: Limits) -> set[str]:
    """Return those of the sign-ins that have not ended, by signing out or by the clock."""
    moment = now()
    values = {"ids": list(ids), "begun_after": moment - limits.absolute, "seen_after": moment - limits.idle}
    with database.read() as session:
        return set(session.scalars(_LIVING, values))


def touch_sessions(database: Database, living: Collection[str]) -> None:
    """Note that the consoles of these sign-ins are open."""
    with database.write() as session:
        touch_listening(session, living)


class Source(threading.Thread):
    """Hands new frames to `give`, in order and without a gap, and says by `tell` whether it can read."""

    def __init__(
        self,
        database: Database,
        after: int,
        give: Callable[[list[Frame]], object],
        tell: Callable[[bool], object],
    ) -> None:
        super().__init__(name="source", daemon=True)
        self._database = database
        self._after = after
        self._give = give
        self._tell = tell
        self._watch = Watch(database, poll_s=POLL_S)
        self._ended = threading.Event()

    def end(self) -> None:
        """Stop at the next chance."""
        self._ended.set()

    def run(self) -> None:
        """Read and wait, for as long as the process lives."""
        fresh = True
        while not self._ended.is_set():
            try:
                self._drain()
                self._watch.wait(SWEEP_S)
            except Exception as fault:  # noqa: BLE001  a database that is away comes back
                log().warning("stream_source_away", fault=type(fault).__name__)
                self._ended.wait(0.5)
                now_fresh = False
            else:
                now_fresh = True
            if now_fresh is not fresh:
                fresh = now_fresh
                self._tell(fresh)

    def _drain(self) -> None:
        while frames := read_frames(self._database, self._after):
            self._after = frames[-1].seq
            self._give(frames)
