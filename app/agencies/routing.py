"""Read the routing table (kind → lead, support, priority, seconds) and cache it for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core.db import Database
from app.core.errors import Unavailable

KEPT_S = 5.0
RETRY_AFTER_S = 5
LOOK_AGAIN_S = 1.0
"""Interval between reads while the database is away and the cache is empty; reports are refused at once meanwhile."""


@dataclass(frozen=True, slots=True)
class Route:
    """Route of a kind: leading and supporting agencies, priority, and two time limits in seconds."""

    kind: str
    lead: str
    supports: tuple[str, ...]
    priority: int
    open_within_s: int
    accept_within_s: int
    tile: int | None


class RoutingTable:
    """Cache of the routing table, at most `KEPT_S` old; while the database is away, as last read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_at = 0.0
        self._routes: Mapping[str, Route] = {}
        self._away_until = 0.0

    def routes(self) -> Mapping[str, Route]:
        """Return every route by kind.

        Raises:
            Unavailable: the database is away and nothing was read yet.
        """
        if not self._routes and time.monotonic() < self._away_until:
            raise Unavailable(retry_after_s=RETRY_AFTER_S)
        if time.monotonic() - self._read_at > KEPT_S or not self._routes:
            self._read_at = time.monotonic()  # meanwhile other threads use the cached table
            try:
                self._routes = read_routes(self._database)
            except SQLAlchemyError as fault:
                if not self._routes:
                    self._away_until = time.monotonic() + LOOK_AGAIN_S
                    raise Unavailable(retry_after_s=RETRY_AFTER_S) from fault
        return self._routes

    def route(self, kind: str) -> Route:
        """Return the route for `kind`."""
        return self.routes()[kind]


def read_routes(database: Database) -> dict[str, Route]:
    """Read the table from the database."""
    with database.read() as session:
        rows = session.execute(
            text("SELECT kind, lead, supports, priority, open_within_s, accept_within_s, tile FROM routing")
        ).all()
    return {
        row.kind: Route(
            row.kind,
            row.lead,
            tuple(row.supports.split()),
            row.priority,
            row.open_within_s,
            row.accept_within_s,
            row.tile,
        )
        for row in rows
    }
