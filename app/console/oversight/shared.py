"""Share roles, queries and formatting between the oversight pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from app.console.dispatch.queue import agency_names, village_names
from app.console.shared.layout import span_words
from app.console.shared.page import locale
from app.core.clock import now, wita_day
from app.core.domain import KINDS
from app.core.errors import Invalid
from app.core.i18n import say
from app.incidents.control_room.shift_hours import read_shifts
from app.statistics.query import UNKNOWN, StatisticsQuery, last_days
from app.statistics.response_times import LEGS

OVERSIGHT = frozenset({"supervisor", "auditor"})
"""Roles that review the work; these pages change no incident."""
USUAL_DAYS = 30
NO_VALUE = "\N{EN DASH}"
MAX_DAYS = 1_100
"""Days of the longest statistics: three years."""
NAMES = {"agency": "instansi", "kelurahan": "kelurahan", "kind": "jenis", "shift": "giliran"}
"""Dimension → its name in an address."""

PAGES = (
    ("oversight_now", "now"),
    ("statistics", "statistics"),
    ("audit", "audit"),
    ("target_list", "targets"),
)
"""Oversight pages: endpoint and key of the text."""


def current_query(usual: StatisticsQuery | None = None) -> StatisticsQuery:
    """Return the query of the address; the last 30 days without dates in it.

    Raises:
        Invalid: an unreadable day, or days in the wrong order.
    """
    usual = usual or last_days(USUAL_DAYS)
    first, last = _day("dari", usual.first), _day("sampai", usual.last)
    span = (date.fromisoformat(last) - date.fromisoformat(first)).days
    if not 0 <= span < MAX_DAYS:
        raise Invalid([("/dari", "days")], "days")
    chosen = {dimension: request.args.get(name) or None for dimension, name in NAMES.items()}
    return StatisticsQuery(first, last, **chosen)


def requested_leg() -> str:
    """Return the response-time leg of the address, the first one without it."""
    leg = request.args.get("tahap", "")
    return leg if leg in LEGS else LEGS[0]


def query_of(selection: StatisticsQuery, **more: str | None) -> dict[str, str]:
    """Return the address arguments of a query, with `more` replaced."""
    query: dict[str, str | None] = {"dari": selection.first, "sampai": selection.last}
    query |= {NAMES[dimension]: value for dimension, value in selection.chosen.items()}
    return {name: value for name, value in (query | more).items() if value}


def presets() -> list[tuple[int, StatisticsQuery]]:
    """Return the predefined spans of days with their queries."""
    return [(days, last_days(days)) for days in (1, 7, 30, 90)]


def values_of(session: Session) -> Mapping[str, Mapping[str, str]]:
    """Return the values of every dimension with their names."""
    language = locale()
    villages = village_names()
    return {
        "agency": agency_names(session),
        "kelurahan": {**villages, UNKNOWN: say(language, "oversight.unknown_village")},
        "kind": {kind: say(language, f"kind.{kind}") for kind in KINDS},
        "shift": {name: shift_words(name) for name in read_shifts(session)},
    }


def shift_words(name: str) -> str:
    """Return the name of a shift; the built-in shifts are translated, those of the city shown as entered."""
    language = locale()
    known = {"pagi", "sore", "malam"}
    return say(language, f"oversight.shift.{name}") if name in known else name


def wait_words(tenths: int | None) -> str:
    """Return a wait given in tenths of a second: with one decimal below a minute, else in its two largest units.

    None becomes a dash.
    """
    if tenths is None:
        return NO_VALUE
    language = locale()
    if tenths < 600:
        words = f"{tenths / 10:.1f}".replace(".", "," if language == "id" else ".")
        return say(language, "console.span.second", n=words)
    return span_words(language, timedelta(seconds=round(tenths / 10)))


def share_words(part: int, whole: int) -> str:
    """Return a share in per cent with one decimal, a dash for a whole of 0."""
    if not whole:
        return NO_VALUE
    words = f"{100 * part / whole:.1f}"
    return f"{words.replace('.', ',') if locale() == 'id' else words} %"


def day_words(day: str) -> str:
    """Return a day in words: `24 Nov 2026`."""
    at = date.fromisoformat(day)
    return f"{at.day} {say(locale(), f'console.month.{at.month}')} {at.year}"


def shared() -> dict[str, Any]:
    """Return the context of every oversight template."""
    return {
        "wait_words": wait_words,
        "share_words": share_words,
        "day_words": day_words,
        "shift_words": shift_words,
        "query_of": query_of,
        "rooms": PAGES,
        "int_words": lambda value: f"{value:g}",
        "today": wita_day(now()),
    }


def _day(name: str, otherwise: str) -> str:
    sent = request.args.get(name, "").strip()
    if not sent:
        return otherwise
    try:
        return date.fromisoformat(sent).isoformat()
    except ValueError:
        raise Invalid([(f"/{name}", "day")], "day") from None
