"""Suggests the kind of emergency from a caller's words; the operator who types decides. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from app.core.domain import KIND_DEFINITIONS, Kind

_NEGATIONS: Final = frozenset({"tidak", "bukan", "tanpa", "no", "not", "sudah"})
_PREFIXES: Final = tuple(
    (word, kind) for kind, definition in KIND_DEFINITIONS.items() for word in definition.guess_words.split()
)


class Guess(NamedTuple):
    """A kind, and the word that points to it."""

    kind: Kind
    word: str


def guess(text: str) -> Guess | None:
    """Return the kind that most words point to, on a tie the first one mentioned; None when no word matches."""
    plain = unicodedata.normalize("NFKD", text.lower())
    tokens = re.findall(r"[a-z]+", plain)
    found: dict[Kind, list[str]] = {}
    for index, word in enumerate(tokens):
        if _NEGATIONS & set(tokens[max(0, index - 2) : index]):
            continue
        kind = next((kind for prefix, kind in _PREFIXES if word.startswith(prefix)), None)
        if kind:
            found.setdefault(kind, []).append(word)
    if not found:
        return None
    kind = max(found, key=lambda candidate: len(set(found[candidate])))  # max keeps the first of equals
    return Guess(kind, found[kind][0])
