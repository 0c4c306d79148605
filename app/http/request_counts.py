"""What this process has answered, counted at the edge; read by /metrics."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator

BOUNDS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
"""Upper bounds of the classes that durations are counted in, in seconds."""


class Tally:
    """Durations by route and status. Cheap: one short lock, no library."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._classes: defaultdict[tuple[str, str], list[int]] = defaultdict(
            lambda: [0] * (len(BOUNDS_S) + 1)
        )
        self._sums_s: defaultdict[tuple[str, str], float] = defaultdict(float)

    def count(self, route: str, status: str, took_s: float) -> None:
        """Count one answer."""
        place = 0
        while place < len(BOUNDS_S) and took_s > BOUNDS_S[place]:
            place += 1
        with self._guard:
            self._classes[route, status][place] += 1
            self._sums_s[route, status] += took_s

    def rows(self) -> Iterator[tuple[str, str, list[int], float]]:
        """Yield (route, status, answers by class, seconds in all)."""
        with self._guard:
            found = [(key, list(counts), self._sums_s[key]) for key, counts in self._classes.items()]
        for (route, status), counts, sum_s in found:
            yield route, status, counts, sum_s


TALLY = Tally()
"""Of this process."""
