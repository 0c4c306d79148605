"""Which kind the words of a caller sound like: a suggestion for whoever types, never a decision. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

WORDS: Final = {
    "fire": "kebakaran terbakar api asap kompor korsleting fire smoke burning",
    "medical": "pingsan sesak jantung stroke kejang melahirkan sakit pendarahan unconscious breathing",
    "accident": "tabrakan kecelakaan laka tertabrak terguling crash collision accident",
    "violence_home": "kdrt suami istri dipukul dianiaya pasangan",
    "crime": "maling pencuri pencurian rampok begal jambret dibacok pembunuhan thief robbery",
    "flood": "banjir rob tergenang genangan flood",
    "riot": "kerusuhan tawuran demo ricuh massa bentrok riot",
    "drowning": "tenggelam hanyut karam perahu drowning",
    "gas_chemical": "gas amonia kimia bocor elpiji lpg bau chemical leak",
    "landslide_storm": "longsor gempa badai puting angin landslide earthquake",
    "wildlife": "ular tawon buaya lebah biawak monyet snake crocodile",
    "power_line": "listrik kabel tersengat kesetrum tiang trafo electric",
    "tree_down": "pohon tumbang dahan tree",
    "public_order": "ribut berisik mabuk gelandangan odgj noise",
}
"""Kind → beginnings of words, as people in the city say them."""
_NOT: Final = frozenset({"tidak", "bukan", "tanpa", "no", "not", "sudah"})
_BEGINNINGS: Final = tuple((word, kind) for kind, words in WORDS.items() for word in words.split())


class Guess(NamedTuple):
    """A kind, and the word that spoke for it."""

    kind: str
    word: str


def guess(said: str) -> Guess | None:
    """Return the kind that most words speak for, of equal ones the first said; None when no word does."""
    plain = unicodedata.normalize("NFKD", said.lower())
    spoken = re.findall(r"[a-z]+", plain)
    found: dict[str, list[str]] = {}
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
