"""Give every console page its actor, navigation and times in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, request, url_for

from app.accounts.models import ROLES
from app.accounts.request_user import database, member_or_none
from app.accounts.sessions import SignedInStaff
from app.console import console
from app.console.shared.page import locale
from app.console.shared.route import DESK, current
from app.console.silent.counsellor_access import is_counsellor
from app.core.clock import WITA, now, wita_day, wita_time
from app.core.i18n import say, words
from app.geo.districts.cache import Register
from app.geo.districts.locate import Gazetteer
from app.incidents.actor import Actor
from app.incidents.queue.urgency import Urgency, urgency
from app.silent.access import Viewer, desk_of

READERS = DESK | {"auditor"}
"""Roles that may read every incident: the control room, and the auditor, who may not change any."""
FIRST_PAGE = {"agency": "console.tasks", "administrator": "console.staff_list"}
"""First page of a role; the other roles begin at the queue."""
NAVIGATION = (
    ("queue", READERS, "room"),
    ("phone_page", DESK, "room"),
    ("handing", READERS, "room"),
    ("oversight_now", {"supervisor", "auditor"}, "watch"),
    ("history", READERS, "room"),
    ("major_list", READERS, "room"),
    ("wall", READERS, "room"),
    ("tasks", {"agency"}, "room"),
    ("tasks_done", {"agency"}, "room"),
    ("strike_list", {"supervisor", "auditor"}, "watch"),
    ("drill_page", {"supervisor", "administrator"}, "watch"),
    ("glass_page", {"supervisor", "administrator"}, "watch"),
    ("staff_list", {"supervisor", "auditor", "administrator"}, "keep"),
    ("routing_list", {"supervisor", "auditor", "administrator"}, "keep"),
    ("ladder_list", {"supervisor", "auditor", "administrator"}, "keep"),
    ("roster_list", {"supervisor", "auditor", "administrator", "agency"}, "keep"),
    ("target_list", {"administrator"}, "keep"),
    ("agency_list", set(ROLES), "know"),
    ("landmark_list", READERS | {"administrator"}, "know"),
    ("number_list", {"supervisor", "auditor", "administrator"}, "know"),
)
"""Pages in their order: endpoint, roles, heading in the menu."""
GROUPS = ("room", "watch", "know", "keep")
IN_BAR = 5
"""Number of pages that fit in the bar, the last on wide screens alone; the menu has all pages."""


def first_page(role: str, *, counsels: bool) -> str:
    """Return the endpoint of the first page of a role."""
    return "console.counsel_room" if counsels else FIRST_PAGE.get(role, "console.queue")


def current_actor() -> Actor:
    """Return the signed-in member as the actor of domain commands."""
    member = current()
    return Actor(member.id, member.name, member.role, member.agency)


def is_opening() -> bool:
    """Return whether a person opens the page; an open page that refreshes itself sends `Siaga-Refresh`."""
    return "Siaga-Refresh" not in request.headers


def viewer_of(member: SignedInStaff) -> Viewer:
    """Return a member as the viewer that access rules of the silent channel check."""
    return Viewer(member.id, member.role, member.agency, member.cleared)


def gazetteer() -> Gazetteer:
    """Return the gazetteer of kelurahan that this process caches."""
    register: Register = current_app.extensions.setdefault("siaga.register", Register(database()))
    return register.gazetteer()


def span_words(language: str, span: timedelta) -> str:
    """Return a duration in its two largest units: `2 mnt 14 dtk`."""
    seconds = max(int(span.total_seconds()), 0)
    sizes = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
    for index, (unit, size) in enumerate(sizes):
        if seconds >= size:
            parts = [say(language, f"console.span.{unit}", n=seconds // size)]
            rest = (seconds % size) // sizes[index + 1][1] if index < 3 else 0
            if rest:
                parts.append(say(language, f"console.span.{sizes[index + 1][0]}", n=rest))
            return " ".join(parts)
    return say(language, "console.span.second", n=0)


def moment_words(language: str, at: datetime) -> str:
    """Return a moment in WITA: the time alone for today, with the day otherwise."""
    if wita_day(at) == wita_day(now()):
        return wita_time(at)
    local = at.astimezone(WITA)
    return f"{local.day} {say(language, f'console.month.{local.month}')} {local:%H.%M} WITA"


def urgency_of(row: Mapping[str, Any]) -> Urgency:
    """Return how urgent a queue row is now."""
    return urgency(row, now())


@console.context_processor
def _layout_context() -> dict[str, Any]:
    member, language = member_or_none(), locale()
    role = member.role if member else ""
    counsels = is_counsellor(member)
    pages = [(name, group) for name, roles, group in NAVIGATION if role in roles]
    if member is not None and desk_of(viewer_of(member)) == "police":
        pages.insert(0, ("case_list", "room"))
    if counsels:
        pages.insert(0, ("counsel_room", "room"))
    return {
        "in_bar": [name for name, _ in pages[:IN_BAR]],
        "in_menu": [
            (group, own) for group in GROUPS if (own := [name for name, part in pages if part == group])
        ],
        "bar_is_all": len(pages) < IN_BAR,
        "first_page": url_for(first_page(role, counsels=counsels)),
        "now": now(),
        "at_words": lambda at: moment_words(language, _aware(at)),
        "seconds": lambda at: _aware(at).astimezone(WITA).strftime("%H.%M.%S"),
        "since_words": lambda at: span_words(language, now() - _aware(at)),
        "span_words": lambda seconds: span_words(language, timedelta(seconds=seconds)),
        "urgency_of": urgency_of,
        "event_name": lambda name: _words_or_code(language, f"console.event.{name}", name),
        "events_words": lambda: {
            key.removeprefix("console.event."): value
            for key, value in words(language).items()
            if key.startswith("console.event.")
        },
        "question_words": lambda code: _words_or_code(language, f"question.{code}", code),
        "answer_words": lambda code: _words_or_code(language, f"answer.{code}", code),
    }


def _words_or_code(language: str, key: str, otherwise: object) -> str:
    """Return the text for `key`, or the code itself where a newer or foreign client sent an unknown one."""
    return words(language).get(key, str(otherwise))


def _aware(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at
