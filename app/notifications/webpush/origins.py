"""Push services that do not answer are left alone for a while, so that they do not hold up the others."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

PATIENCE: Final = 5
"""Requests without an answer in a row."""
FIRST_S: Final = 5.0
LONGEST_S: Final = 120.0


@dataclass(slots=True)
class _Standing:
    silent: int = 0
    until: float = 0.0


class Origins:
    """What this process lately knows of each push service."""

    def __init__(self) -> None:
        self._known: dict[str, _Standing] = {}

    def held_s(self, place: str) -> float:
        """Return for how many seconds nothing should be sent there; 0: send."""
        standing = self._known.get(place)
        return max(0.0, standing.until - time.monotonic()) if standing else 0.0

    def note(self, place: str, *, answered: bool) -> None:
        """Note that a request was answered, whatever the answer, or was not."""
        standing = self._known.setdefault(place, _Standing())
        standing.silent = 0 if answered else standing.silent + 1
        if standing.silent >= PATIENCE:
            pause = min(LONGEST_S, FIRST_S * 2.0 ** min(standing.silent // PATIENCE - 1, 10))
            standing.until = time.monotonic() + pause
