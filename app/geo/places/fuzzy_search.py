"""Finding places by what somebody writes: "masjid raya", "loktuan", "pelabuan".

Pure, in memory, the same on both engines.

Every word is looked up as it is, as the beginning of a longer one, and with one letter wrong, missing, spare or
swapped; two words may be one ("lok tuan") and one two. Words like "dekat" and "jalan" are not asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from app.geo.places.spellings import OTHER_LETTERS, SHORT_WORDS

MOST_WORDS: Final = 8
MOST_SIGNS: Final = 120
EXACT, BEGINS, NEARLY = 3.0, 2.0, 1.0
"""What a word counts that stands there, begins so, or has one letter wrong."""
SHORTEST_WITH_FAULT: Final = 4
LONGEST_JOINED: Final = 8
"""Two words written as one ("loktuan") are forgiven a fault up to this length; beyond it the index would double."""
_FILLING: Final = frozenset(
    (
        "di",
        "ke",
        "dari",
        "dekat",
        "depan",
        "belakang",
        "samping",
        "sebelah",
        "jalan",
        "jl",
        "jln",
        "gang",
        "gg",
        "kelurahan",
        "kel",
        "kecamatan",
        "kec",
        "kota",
        "bontang",
        "the",
        "near",
        "at",
        "street",
    )
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place with every name that it goes by."""

    id: str
    kind: str
    name: str
    lat: float
    lon: float
    spellings: tuple[str, ...] = ()


@dataclass(slots=True)
class Index:
    """The words of all places, sorted, and each with one letter taken away."""

    entries: Sequence[Entry]
    _words: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set), repr=False)
    _sorted: list[str] = field(default_factory=list, repr=False)
    _without: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _whole: list[frozenset[str]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        forgiven: set[str] = set()
        for place, entry in enumerate(self.entries):
            whole = set()
            for name in (entry.name, *entry.spellings):
                parts = words_of(name)
                whole.add("".join(parts))
                joined = (*("".join(pair) for pair in pairwise(parts)), "".join(parts))
                for word in (*parts, *joined):
                    self._words[word].add(place)
                forgiven.update(parts, (word for word in joined if len(word) <= LONGEST_JOINED))
            self._whole.append(frozenset(whole))
        self._sorted = sorted(self._words)
        for word in forgiven:
            if len(word) >= SHORTEST_WITH_FAULT:
                for shorter in _shorter(word):
                    self._without[shorter] = (*self._without.get(shorter, ()), word)

    def find(self, asked: str, *, most: int = 8) -> list[Entry]:
        """Return the places that are meant, the best first: those with every word, or with most of them."""
        words = _query_words(asked)
        if not words:
            return []
        scores: dict[int, list[float]] = {}
        for at, word in enumerate(words):
            for place, score in self._matches(word).items():
                row = scores.setdefault(place, [0.0] * len(words))
                row[at] = max(row[at], score)
        for at, pair in enumerate(pairwise(words)):
            for place, score in self._matches("".join(pair)).items():
                row = scores.setdefault(place, [0.0] * len(words))
                row[at], row[at + 1] = max(row[at], score), max(row[at + 1], score)
        told = {place: sum(1 for score in row if score) for place, row in scores.items()}
        wanted = len(words) if any(n == len(words) for n in told.values()) else (len(words) + 1) // 2
        joined = "".join(words)
        ranked = sorted(
            (place for place, n in told.items() if n >= wanted),
            key=lambda place: (
                joined not in self._whole[place],
                -told[place],
                -sum(scores[place]),
                self.entries[place].kind != "kelurahan",
                len(self.entries[place].name),
                self.entries[place].name,
            ),
        )
        return [self.entries[place] for place in ranked[:most]]

    def _matches(self, word: str) -> dict[int, float]:
        """Return the places a word may mean, with how well it fits."""
        found: dict[int, float] = {}
        for meant, score in self._meant(word):
            for place in self._words[meant]:
                found[place] = max(found.get(place, 0.0), score)
        return found

    def _meant(self, word: str) -> Iterator[tuple[str, float]]:
        if word in self._words:
            yield word, EXACT
        if len(word) >= 2:
            for at in range(bisect_left(self._sorted, word), len(self._sorted)):
                if not self._sorted[at].startswith(word):
                    break
                yield self._sorted[at], BEGINS
        if len(word) < SHORTEST_WITH_FAULT or word.isdecimal():
            return
        near = set(self._without.get(word, ()))
        for shorter in _shorter(word):
            near.update(self._without.get(shorter, ()))
            if len(shorter) >= SHORTEST_WITH_FAULT and shorter in self._words:
                near.add(shorter)
        for meant in near:
            if _digits(word) == _digits(meant) and _one_fault(word, meant):
                yield meant, NEARLY


def words_of(name: str) -> list[str]:
    """Return the words of a name as they are compared: small letters, short forms written out, one spelling."""
    words = []
    for word in re.split(r"[\W_]+", name.casefold()):
        whole = SHORT_WORDS.get(word, word)
        for written, meant in OTHER_LETTERS:
            whole = whole.replace(written, meant)
        if whole:
            words.append(whole)
    return words


def _query_words(asked: str) -> list[str]:
    words = words_of(asked[:MOST_SIGNS])[:MOST_WORDS]
    return [word for word in words if word not in _FILLING] or words


def _digits(word: str) -> str:
    """Return the digits of a word: RT 13 is never nearly RT 12."""
    return "".join(sign for sign in word if sign.isdecimal())


def _shorter(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _one_fault(one: str, other: str) -> bool:
    """Tell whether one letter is wrong, missing or spare, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    a, b = one[start:], other[start:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:] and len(a) > 1
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped
