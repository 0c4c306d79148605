"""Count the answers of this process by route, status and duration, for `/metrics`."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator

BOUNDS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
"""Upper bounds of the duration buckets, in seconds."""


class Tally:
    """Histogram of durations by route and status; costs one short lock for each answer."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._classes: defaultdict[tuple[str, str], list[int]] = defaultdict(
            lambda: [0] * (len(BOUNDS_S) + 1)
        )
        self._sums_s: defaultdict[tuple[str, str], float] = defaultdict(float)

    def count(self, route: str, status: str, took_s: float) -> None:
        """Count one answer."""
        bucket = 0
        while bucket < len(BOUNDS_S) and took_s > BOUNDS_S[bucket]:
            bucket += 1
        with self._guard:
            self._classes[route, status][bucket] += 1
            self._sums_s[route, status] += took_s

    def rows(self) -> Iterator[tuple[str, str, list[int], float]]:
        """Yield (route, status, answers by bucket, total seconds)."""
        with self._guard:
            found = [(key, list(counts), self._sums_s[key]) for key, counts in self._classes.items()]
        for (route, status), counts, sum_s in found:
            yield route, status, counts, sum_s


TALLY = Tally()
"""Counts of this process."""
