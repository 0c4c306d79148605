"""What the pages of the supervisor's room share: who may, what was asked, how a wait is said."""

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
"""Who looks at how it went; neither role changes an incident from here."""
USUAL_DAYS = 30
NOTHING = "\N{EN DASH}"
MOST_DAYS = 1_100
"""Days of the longest statistics: three years."""
NAMES = {"agency": "instansi", "kelurahan": "kelurahan", "kind": "jenis", "shift": "giliran"}
"""Dimension → its name in an address."""

ROOMS = (
    ("oversight_now", "now"),
    ("statistics", "statistics"),
    ("audit", "audit"),
    ("target_list", "targets"),
)
"""Pages of the room: endpoint and words."""


def current_query(usual: StatisticsQuery | None = None) -> StatisticsQuery:
    """Return what the address asks for; the last 30 days when it names none.

    Raises:
        Invalid: a day that is none, or days in the wrong order.
    """
    usual = usual or last_days(USUAL_DAYS)
    first, last = _day("dari", usual.first), _day("sampai", usual.last)
    span = (date.fromisoformat(last) - date.fromisoformat(first)).days
    if not 0 <= span < MOST_DAYS:
        raise Invalid([("/dari", "days")], "days")
    chosen = {dimension: request.args.get(name) or None for dimension, name in NAMES.items()}
    return StatisticsQuery(first, last, **chosen)


def leg_now() -> str:
    """Return the leg that is looked at."""
    leg = request.args.get("tahap", "")
    return leg if leg in LEGS else LEGS[0]


def query_of(selection: StatisticsQuery, **more: str | None) -> dict[str, str]:
    """Return the address arguments that ask the same again, some of them changed."""
    query: dict[str, str | None] = {"dari": selection.first, "sampai": selection.last}
    query |= {NAMES[dimension]: value for dimension, value in selection.chosen.items()}
    return {name: value for name, value in (query | more).items() if value}


def presets() -> list[tuple[int, StatisticsQuery]]:
    """Return the usual spans."""
    return [(days, last_days(days)) for days in (1, 7, 30, 90)]


def values_of(session: Session) -> Mapping[str, Mapping[str, str]]:
    """Return the values of every dimension with their words."""
    language = locale()
    villages = village_names()
    return {
        "agency": agency_names(session),
        "kelurahan": {**villages, UNKNOWN: say(language, "oversight.unknown_village")},
        "kind": {kind: say(language, f"kind.{kind}") for kind in KINDS},
        "shift": {name: shift_words(name) for name in read_shifts(session)},
    }


def shift_words(name: str) -> str:
    """Return the name of a shift: ours have words, a city's own stand for themselves."""
    language = locale()
    known = {"pagi", "sore", "malam"}
    return say(language, f"oversight.shift.{name}") if name in known else name


def wait_words(tenths: int | None) -> str:
    """Return a wait: tenths below a minute, the two largest units above; a dash where nothing was."""
    if tenths is None:
        return NOTHING
    language = locale()
    if tenths < 600:
        words = f"{tenths / 10:.1f}".replace(".", "," if language == "id" else ".")
        return say(language, "console.span.second", n=words)
    return span_words(language, timedelta(seconds=round(tenths / 10)))


def share_words(part: int, whole: int) -> str:
    """Return a share in per cent, one decimal; a dash of nothing."""
    if not whole:
        return NOTHING
    words = f"{100 * part / whole:.1f}"
    return f"{words.replace('.', ',') if locale() == 'id' else words} %"


def day_words(day: str) -> str:
    """Return a day in words: `24 Nov 2026`."""
    at = date.fromisoformat(day)
    return f"{at.day} {say(locale(), f'console.month.{at.month}')} {at.year}"


def shared() -> dict[str, Any]:
    """Return what every template of the room is given."""
    return {
        "wait_words": wait_words,
        "share_words": share_words,
        "day_words": day_words,
        "shift_words": shift_words,
        "query_of": query_of,
        "rooms": ROOMS,
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
