"""Defines a row of the table: its name, the figure of this run, its limit, and a figure to compare with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and its limit; `beside` is what the same run measured for comparison."""

    what: str
    figure: str
    limit: str
    holds: bool
    beside: str = ""


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of all lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]
