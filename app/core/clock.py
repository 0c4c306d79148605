"""Return the present time and convert it to Bontang's time zone (WITA).

Every module takes the time from here, so that tests and the demo can set it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WITA = ZoneInfo("Asia/Makassar")


_simulated_now: ContextVar[datetime | None] = ContextVar("simulated_now", default=None)


def now() -> datetime:
    """Return the present moment, aware, UTC."""
    return _simulated_now.get() or datetime.now(UTC)


@contextmanager
def as_if(moment: datetime) -> Iterator[None]:
    """Set the clock to `moment` inside the block, for tests and for simulated days in the past."""
    token = _simulated_now.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _simulated_now.reset(token)


def wita_day(moment: datetime) -> str:
    """Return the calendar day in Bontang, `YYYY-MM-DD`; report numbers start again each day."""
    return moment.astimezone(WITA).strftime("%Y-%m-%d")


def wita_span(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day in Bontang and the first moment after it, both UTC."""
    first = datetime.combine(day, time(), WITA).astimezone(UTC)
    return first, first + timedelta(days=1)


def wita_time(moment: datetime) -> str:
    """Return the time as screens show it, such as `14.05 WITA`."""
    return moment.astimezone(WITA).strftime("%H.%M WITA")


def wita_moment(moment: datetime) -> str:
    """Return day and time as screens show them for other days, such as `27.11.2026, 14.05 WITA`."""
    return f"{moment.astimezone(WITA):%d.%m.%Y}, {wita_time(moment)}"
