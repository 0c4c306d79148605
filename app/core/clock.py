"""The one place that asks what time it is, so that tests can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WITA = ZoneInfo("Asia/Makassar")


_as_if: ContextVar[datetime | None] = ContextVar("as_if", default=None)


def now() -> datetime:
    """Return the present moment, aware, UTC."""
    return _as_if.get() or datetime.now(UTC)


@contextmanager
def as_if(moment: datetime) -> Iterator[None]:
    """Let what runs inside believe that it is `moment`: a simulated day happens in the past."""
    token = _as_if.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _as_if.reset(token)


def wita_day(moment: datetime) -> str:
    """Return the calendar day in Bontang, `YYYY-MM-DD`: the day numbers are counted in."""
    return moment.astimezone(WITA).strftime("%Y-%m-%d")


def wita_span(day: date) -> tuple[datetime, datetime]:
    """Return when a day in Bontang begins, and when it is over."""
    first = datetime.combine(day, time(), WITA).astimezone(UTC)
    return first, first + timedelta(days=1)


def wita_time(moment: datetime) -> str:
    """Return the time as screens show it: `14.05 WITA`."""
    return moment.astimezone(WITA).strftime("%H.%M WITA")


def wita_moment(moment: datetime) -> str:
    """Return day and time where the day may not be today: `27.11.2026, 14.05 WITA`."""
    return f"{moment.astimezone(WITA):%d.%m.%Y}, {wita_time(moment)}"
