"""Compute percentiles from all samples, so that the percentile of many days is exact, not a mean of daily ones."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.statistics.response_times import LEGS

CLASSES: Final = ("normal", "ghost", "prank", "information", "duplicate", "unclosed")
CLASS_OF: Final = {
    None: "unclosed",
    "resolved": "normal",
    "handed_over": "normal",
    "duplicate": "duplicate",
    "ghost": "ghost",
    "prank": "prank",
    "information": "information",
}
"""Resolution of an incident → class of the statistics."""
SHARES: Final = {"p50": 50, "p90": 90, "p95": 95}
_WIDTH: Final = 4
"""Bytes of a sample; four hold tenths of a second up to thirteen years."""


def _empty_samples() -> dict[str, array[int]]:
    return {leg: array("I") for leg in LEGS}


@dataclass(slots=True)
class Tally:
    """Counts and samples of some incidents."""

    incidents: int = 0
    reports: int = 0
    classes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CLASSES, 0))
    samples: dict[str, array[int]] = field(default_factory=_empty_samples)

    def add(self, *, reports: int, resolution: str | None, legs: Mapping[str, int]) -> None:
        """Count one incident."""
        self.incidents += 1
        self.reports += reports
        self.classes[CLASS_OF[resolution]] += 1
        for leg, value in legs.items():
            self.samples[leg].append(value)

    def take(self, other: Tally) -> None:
        """Add the counts and samples of another tally."""
        self.incidents += other.incidents
        self.reports += other.reports
        for name, count in other.classes.items():
            self.classes[name] += count
        for leg, values in other.samples.items():
            self.samples[leg].extend(values)


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of one leg: `n` samples, and tenths of a second kept by 50, 90 and 95 %, None without samples."""

    n: int
    p50: int | None = None
    p90: int | None = None
    p95: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer to a query: counts, classes, and the percentiles of every leg."""

    incidents: int
    reports: int
    classes: Mapping[str, int]
    legs: Mapping[str, Spread]


def spread(values: Iterable[int]) -> Spread:
    """Return the percentiles by nearest rank; each is one of the samples."""
    ordered = sorted(values)
    n = len(ordered)
    if not n:
        return Spread(0)
    return Spread(n, *(ordered[-(-share * n // 100) - 1] for share in SHARES.values()))


def answer(tally: Tally) -> Answer:
    """Return the answer of a tally."""
    legs = {leg: spread(tally.samples[leg]) for leg in LEGS}
    return Answer(tally.incidents, tally.reports, dict(tally.classes), legs)


def pack(samples: Mapping[str, array[int]]) -> bytes:
    """Return the samples of every leg as bytes: seven lengths, then the sorted values of each leg."""
    head = array("I", (len(samples[leg]) for leg in LEGS))
    body = array("I")
    for leg in LEGS:
        body.extend(sorted(samples[leg]))
    whole = head + body
    if sys.byteorder == "big":
        whole.byteswap()
    return whole.tobytes()


def unpack(data: bytes) -> dict[str, array[int]]:
    """Return the samples of bytes from `pack`, sorted in each leg."""
    whole = array("I")
    whole.frombytes(data)
    if sys.byteorder == "big":
        whole.byteswap()
    samples, offset = {}, len(LEGS)
    for number, leg in enumerate(LEGS):
        samples[leg] = whole[offset : offset + whole[number]]
        offset += whole[number]
    return samples
