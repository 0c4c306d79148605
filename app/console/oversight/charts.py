"""Compute the geometry of SVG charts; templates add the text and the table of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 12, 28


@dataclass(frozen=True, slots=True)
class Bar:
    """Bar with its rectangle, its middle and its value."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """Point of a line; `key` is the day whose incidents it links to."""

    x: float
    y: float
    value: int
    key: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Horizontal lines with their values."""

    lines: tuple[tuple[float, float], ...]
    """(Height in the drawing, value) of each line."""
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    foot: int = HEIGHT - _BOTTOM


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars of a day, and marks of another day beside them."""

    bars: tuple[Bar, ...]
    marks: tuple[Point, ...]
    axis: Axis
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class LineChart:
    """Two lines over days, 50th and 90th percentile; `target` is a height, None without one."""

    upper: tuple[Point, ...]
    lower: tuple[Point, ...]
    upper_path: str
    lower_path: str
    labels: tuple[tuple[float, str], ...]
    axis: Axis
    target: float | None
    width: int = WIDTH
    height: int = HEIGHT


def hourly_chart(today: Sequence[int], before: Sequence[int]) -> BarChart:
    """Return the chart of 24 hours, with bars of today and marks of the day before."""
    top = _round_up(max(*today, *before, 1))
    step = (WIDTH - _LEFT - _RIGHT) / 24
    bars = tuple(
        Bar(
            round(_LEFT + hour * step + 3, 1),
            _height(count, top),
            round(step - 6, 1),
            round(HEIGHT - _BOTTOM - _height(count, top), 1),
            round(_LEFT + (hour + 0.5) * step, 1),
            count,
            f"{hour:02d}",
        )
        for hour, count in enumerate(today)
    )
    marks = tuple(
        Point(round(_LEFT + (hour + 0.5) * step, 1), _height(count, top), count, f"{hour:02d}")
        for hour, count in enumerate(before)
    )
    return BarChart(bars, marks, _axis(top))


def daily_chart(
    keys: Sequence[str],
    upper: Sequence[int | None],
    lower: Sequence[int | None],
    target: int | None,
    labels: Sequence[str],
) -> LineChart:
    """Return the chart of two lines over the days `keys`, with a gap for a day without samples.

    All values have the same unit.
    """
    known = [value for value in (*upper, *lower, target) if value is not None]
    top = _round_up(max(known, default=1) or 1)
    step = (WIDTH - _LEFT - _RIGHT) / max(len(keys), 1)

    def points(values: Sequence[int | None]) -> tuple[Point, ...]:
        return tuple(
            Point(round(_LEFT + (index + 0.5) * step, 1), _height(value, top), value, key)
            for index, (key, value) in enumerate(zip(keys, values, strict=True))
            if value is not None
        )

    every = max(1, ceil(len(keys) / 10))
    named = tuple(
        (round(_LEFT + (index + 0.5) * step, 1), label)
        for index, label in enumerate(labels)
        if index % every == 0
    )
    high, low = points(upper), points(lower)
    reach = None if target is None else _height(target, top)
    return LineChart(high, low, _path(high), _path(low), named, _axis(top), reach)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{point.x} {point.y}" for point in points) if points else ""


def _height(value: float, top: float) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top, 1)


def _axis(top: int) -> Axis:
    values = [top * share / 4 for share in range(5)] if top % 4 == 0 else [0, top / 2, top]
    return Axis(tuple((_height(value, top), value) for value in values))


def _round_up(value: float) -> int:
    """Return 1, 2, 4, 5 or 8 times a power of ten, at least `value`."""
    power = 10 ** int(log10(max(value, 1)))
    return next(int(step * power) for step in (1, 2, 4, 5, 8, 10) if step * power >= value)
