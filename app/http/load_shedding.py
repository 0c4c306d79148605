"""What is put off first when more is asked than can be answered: statistics, then polling, then pictures.

Never a report.

Every thread that is busy for a while means that requests wait where nobody sees them, reports among them. Then
whatever can wait is answered at once with 503 and `Retry-After`, which costs some 50 µs, and the threads are
there for those who report, call, write or give the all-clear. A short burst sheds nothing.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from typing import Final, NamedTuple

PATIENCE_S: Final = 0.25
"""Threads must have been busy for so long without a break."""


class Class(NamedTuple):
    """A kind of request that can wait."""

    name: str
    methods: frozenset[str]
    path: re.Pattern[str]
    share: float
    """Of the threads: with so many busy it is put off."""
    retry_after_s: int
    """At least; up to half as much again is added, so that they do not all come back at once."""


_REPORT: Final = r"/api/v1/reports/[^/]+"
CLASSES: Final = (
    Class("statistics", frozenset({"GET"}), re.compile(r"/console/(?:pengawas|audit|peristiwa)\b"), 0.5, 30),
    Class("polling", frozenset({"GET"}), re.compile(_REPORT + r"/?$"), 0.7, 10),
    Class(
        "photos",
        frozenset({"POST", "PATCH", "GET"}),
        re.compile(_REPORT + r"/media\b|/console/foto/|/peta/"),
        0.8,
        15,
    ),
)
"""In the order in which they are put off."""


class Load:
    """How busy the threads of this process are. Two short locks a request."""

    def __init__(self, threads: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._busy = 0
        self._limits = sorted({max(1, int(threads * class_.share)) for class_ in CLASSES})
        self._since: dict[int, float | None] = dict.fromkeys(self._limits)
        self._classes = [(class_, max(1, int(threads * class_.share))) for class_ in CLASSES]

    def enter(self) -> None:
        """A thread begins an answer."""
        with self._guard:
            self._busy += 1
            if self._busy in self._since:
                self._since[self._busy] = self._clock()

    def leave(self) -> None:
        """It has ended."""
        with self._guard:
            if self._busy in self._since:
                self._since[self._busy] = None
            self._busy -= 1

    def put_off(self, method: str, path: str) -> tuple[str, int] | None:
        """Return the class and the seconds after which to ask again; None: answer now."""
        for item, limit in self._classes:
            since = self._since[limit]
            if since is None or self._clock() - since < PATIENCE_S:
                continue
            if method in item.methods and item.path.match(path):
                pause = item.retry_after_s
                return item.name, pause + random.randrange(pause // 2)  # noqa: S311  nothing to guess
        return None
