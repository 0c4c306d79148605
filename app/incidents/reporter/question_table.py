"""List closed questions and ready replies by kind. Words: `ask.q.*`, `ask.r.*`."""

from __future__ import annotations

from typing import Final

from app.core.domain import KIND_DEFINITIONS, KINDS, Kind

_QUESTIONS_OF_EVERY_KIND: Final = ("safe_now", "alone", "can_leave", "hurt", "children", "still_going")
_REPLIES_OF_EVERY_KIND: Final = ("on_way", "stay_safe", "keep_phone")
MOST: Final = 9
"""Maximum entries: one digit key chooses."""


def questions(kind: str) -> tuple[str, ...]:
    """Return the question codes of a kind, its own first."""
    own = KIND_DEFINITIONS[Kind(kind)].operator_questions if kind in KINDS else ()
    return (*own, *_QUESTIONS_OF_EVERY_KIND)[:MOST]


def replies(kind: str) -> tuple[str, ...]:
    """Return the reply codes of a kind, its own first."""
    own = KIND_DEFINITIONS[Kind(kind)].replies if kind in KINDS else ()
    return (*own, *_REPLIES_OF_EVERY_KIND)[:MOST]


QUESTIONS: Final = frozenset(_QUESTIONS_OF_EVERY_KIND).union(
    *(kind.operator_questions for kind in KIND_DEFINITIONS.values())
)
REPLIES: Final = frozenset(_REPLIES_OF_EVERY_KIND).union(
    *(kind.replies for kind in KIND_DEFINITIONS.values())
)
