"""One line of the table: what, the figure of this run, the limit it must keep, and what was measured beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure that holds its limit, or does not; `beside` says what the same run measured to compare with."""

    what: str
    figure: str
    limit: str
    holds: bool
    beside: str = ""


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of all lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]
