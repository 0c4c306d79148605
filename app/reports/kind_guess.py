"""Which kind the words of a caller sound like: a suggestion for whoever types, never a decision. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from app.core.domain import KIND_DEFINITIONS, Kind

_NOT: Final = frozenset({"tidak", "bukan", "tanpa", "no", "not", "sudah"})
_BEGINNINGS: Final = tuple(
    (word, kind) for kind, definition in KIND_DEFINITIONS.items() for word in definition.guess_words.split()
)


class Guess(NamedTuple):
    """A kind, and the word that spoke for it."""

    kind: Kind
    word: str


def guess(said: str) -> Guess | None:
    """Return the kind that most words speak for, of equal ones the first said; None when no word does."""
    plain = unicodedata.normalize("NFKD", said.lower())
    spoken = re.findall(r"[a-z]+", plain)
    found: dict[Kind, list[str]] = {}
    for place, word in enumerate(spoken):
        if _NOT & set(spoken[max(0, place - 2) : place]):
            continue
        kind = next((kind for beginning, kind in _BEGINNINGS if word.startswith(beginning)), None)
        if kind:
            found.setdefault(kind, []).append(word)
    if not found:
        return None
    kind = max(found, key=lambda one: len(set(found[one])))  # max keeps the first of equals
    return Guess(kind, found[kind][0])
