"""Finds places by a typed name: "masjid raya", "loktuan", "pelabuan". Pure, in memory, the same on both engines.

Looks every word up as it is, as the beginning of a longer one, and by rapidfuzz with a letter wrong, missing, spare or
swapped (two in a long word). Two words may be written as one ("loktuan") and one as two. Skips words like "jalan".
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
"""What a word counts that stands there, begins so, or has one letter wrong; half of the last with two wrong."""
SHORTEST_WITH_FAULT: Final = 4
SHORTEST_WITH_TWO: Final = 8
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
    """The words of all places, sorted, and by their length."""

    entries: Sequence[Entry]
    _words: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set), repr=False)
    _sorted: list[str] = field(default_factory=list, repr=False)
    _of_length: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _whole: list[frozenset[str]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        for place, entry in enumerate(self.entries):
            whole = set()
            for name in (entry.name, *entry.spellings):
                parts = words_of(name)
                whole.add("".join(parts))
                joined = (*("".join(pair) for pair in pairwise(parts)), "".join(parts))
                for word in (*parts, *joined):
                    self._words[word].add(place)
            self._whole.append(frozenset(whole))
        self._sorted = sorted(self._words)
        for word in self._sorted:
            self._of_length[len(word)].append(word)

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
        if len(word) >= SHORTEST_WITH_FAULT and not word.isdecimal():
            yield from self._misspelled(word)

    def _misspelled(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield the words that are a fault or two away: a letter wrong, missing or spare, or neighbours swapped."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = 2 if len(word) >= SHORTEST_WITH_TWO else 1
        for length in range(max(SHORTEST_WITH_FAULT, len(word) - most), len(word) + most + 1):
            known = self._of_length.get(length, ())
            for meant, faults, _place in process.extract(
                word, known, scorer=OSA.distance, score_cutoff=most, limit=None
            ):
                if faults and _digits(word) == _digits(meant):
                    yield meant, NEARLY / faults


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
