"""Shed load in a fixed order while threads are short: statistics, then polling, then photos.

Reports are always answered. While threads are busy, requests wait in the socket's queue, reports among them.
Requests that can wait are then answered at once with 503 and `Retry-After`, which costs some 50 µs, and the threads
stay free for reports, calls, messages and all-clears. A burst shorter than `PATIENCE_S` sheds nothing.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from typing import Final, NamedTuple

PATIENCE_S: Final = 0.25
"""Seconds that the threads must have been busy without a break before load is shed."""


class RequestClass(NamedTuple):
    """Requests that can wait, by method and path."""

    name: str
    methods: frozenset[str]
    path: re.Pattern[str]
    share: float
    """Share of busy threads, 0 to 1, from which these requests are put off."""
    retry_after_s: int
    """Least wait in seconds; up to half as much is added at random, so that clients come back spread out."""


_REPORT: Final = r"/api/v1/reports/[^/]+"
CLASSES: Final = (
    RequestClass(
        "statistics", frozenset({"GET"}), re.compile(r"/console/(?:pengawas|audit|peristiwa)\b"), 0.5, 30
    ),
    RequestClass("polling", frozenset({"GET"}), re.compile(_REPORT + r"/?$"), 0.7, 10),
    RequestClass(
        "photos",
        frozenset({"POST", "PATCH", "GET"}),
        re.compile(_REPORT + r"/media\b|/console/foto/|/peta/"),
        0.8,
        15,
    ),
)
"""Request classes in the order in which they are put off."""


class Load:
    """Counts the busy threads of this process; costs two short locks for each request."""

    def __init__(self, threads: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._busy = 0
        self._limits = sorted({max(1, int(threads * class_.share)) for class_ in CLASSES})
        self._since: dict[int, float | None] = dict.fromkeys(self._limits)
        self._classes = [(class_, max(1, int(threads * class_.share))) for class_ in CLASSES]

    def enter(self) -> None:
        """Record that a thread begins an answer."""
        with self._guard:
            self._busy += 1
            if self._busy in self._since:
                self._since[self._busy] = self._clock()

    def leave(self) -> None:
        """Record that a thread ended an answer."""
        with self._guard:
            if self._busy in self._since:
                self._since[self._busy] = None
            self._busy -= 1

    def put_off(self, method: str, path: str) -> tuple[str, int] | None:
        """Return the class name and the seconds to wait for a request that is put off, else None."""
        for item, limit in self._classes:
            since = self._since[limit]
            if since is None or self._clock() - since < PATIENCE_S:
                continue
            if method in item.methods and item.path.match(path):
                pause = item.retry_after_s
                return item.name, pause + random.randrange(pause // 2)  # noqa: S311  no secret
        return None
