"""THE TABLES kind → questions that are answered by yes or no, and kind → ready replies. Words: `ask.q.*`, `ask.r.*`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ALWAYS: Final = ("safe_now", "alone", "can_leave", "hurt", "children", "still_going")
_QUESTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "fire": ("people_inside", "smoke", "gas_bottle"),
    "medical": ("breathing", "awake", "bleeding"),
    "accident": ("trapped", "bleeding", "road_blocked"),
    "crime": ("weapon", "suspect_near"),
    "flood": ("water_rising", "people_inside", "power_on"),
    "riot": ("weapon", "road_blocked"),
    "drowning": ("see_person", "breathing"),
    "gas_chemical": ("smell_gas", "people_inside", "breathing"),
    "landslide_storm": ("trapped", "road_blocked"),
    "power_line": ("people_touching", "road_blocked"),
    "tree_down": ("road_blocked", "trapped"),
    "wildlife": ("see_animal", "bitten"),
}
MOST: Final = 9
"""One digit chooses."""
_REPLIES_ALWAYS: Final = ("on_way", "stay_safe", "keep_phone")
_REPLIES: Final[Mapping[str, tuple[str, ...]]] = {
    "fire": ("leave_now", "stay_low"),
    "medical": ("do_not_move", "someone_outside"),
    "accident": ("do_not_move", "mark_road"),
    "flood": ("go_up", "power_off"),
    "landslide_storm": ("leave_now",),
    "gas_chemical": ("leave_now", "no_fire"),
    "power_line": ("keep_away",),
    "wildlife": ("keep_away",),
}


def questions(kind: str) -> tuple[str, ...]:
    """Return the codes of the questions for a kind, its own first."""
    return (*_QUESTIONS.get(kind, ()), *_ALWAYS)[:MOST]


def replies(kind: str) -> tuple[str, ...]:
    """Return the codes of the ready replies for a kind, its own first."""
    return (*_REPLIES.get(kind, ()), *_REPLIES_ALWAYS)[:MOST]


QUESTIONS: Final = frozenset((*_ALWAYS, *(code for codes in _QUESTIONS.values() for code in codes)))
REPLIES: Final = frozenset((*_REPLIES_ALWAYS, *(code for codes in _REPLIES.values() for code in codes)))
