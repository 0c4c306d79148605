"""Find places by a typed name such as "masjid raya", "loktuan" or "pelabuan", in memory.

Every word is looked up as it is, as the beginning of a longer word, and by rapidfuzz with one letter wrong, missing,
added or swapped (two in a long word). Two words may be written as one ("loktuan") and one as two. Words like "jalan"
are skipped.
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
"""Scores of a word: equal, beginning of a longer word, one letter wrong; two wrong letters score half of the last."""
SHORTEST_WITH_FAULT: Final = 4
SHORTEST_WITH_TWO: Final = 8
_IGNORED_WORDS: Final = frozenset(
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
    """A place with all its names."""

    id: str
    kind: str
    name: str
    lat: float
    lon: float
    spellings: tuple[str, ...] = ()


@dataclass(slots=True)
class Index:
    """Index of the words of all places, sorted and by length."""

    entries: Sequence[Entry]
    _words: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set), repr=False)
    _sorted: list[str] = field(default_factory=list, repr=False)
    _of_length: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _joined_names: list[frozenset[str]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        for number, entry in enumerate(self.entries):
            whole = set()
            for name in (entry.name, *entry.spellings):
                parts = words_of(name)
                whole.add("".join(parts))
                joined = (*("".join(pair) for pair in pairwise(parts)), "".join(parts))
                for word in (*parts, *joined):
                    self._words[word].add(number)
            self._joined_names.append(frozenset(whole))
        self._sorted = sorted(self._words)
        for word in self._sorted:
            self._of_length[len(word)].append(word)

    def find(self, query: str, *, most: int = 8) -> list[Entry]:
        """Return the matching places, best first; they contain every word, or else at least half of the words."""
        words = _query_words(query)
        if not words:
            return []
        scores: dict[int, list[float]] = {}
        for at, word in enumerate(words):
            for number, score in self._matches(word).items():
                row = scores.setdefault(number, [0.0] * len(words))
                row[at] = max(row[at], score)
        for at, pair in enumerate(pairwise(words)):
            for number, score in self._matches("".join(pair)).items():
                row = scores.setdefault(number, [0.0] * len(words))
                row[at], row[at + 1] = max(row[at], score), max(row[at + 1], score)
        matched = {number: sum(1 for score in row if score) for number, row in scores.items()}
        wanted = len(words) if any(n == len(words) for n in matched.values()) else (len(words) + 1) // 2
        joined = "".join(words)
        ranked = sorted(
            (number for number, n in matched.items() if n >= wanted),
            key=lambda number: (
                joined not in self._joined_names[number],
                -matched[number],
                -sum(scores[number]),
                self.entries[number].kind != "kelurahan",
                len(self.entries[number].name),
                self.entries[number].name,
            ),
        )
        return [self.entries[number] for number in ranked[:most]]

    def _matches(self, word: str) -> dict[int, float]:
        """Return the scores of the places that a word matches."""
        found: dict[int, float] = {}
        for candidate, score in self._candidates(word):
            for number in self._words[candidate]:
                found[number] = max(found.get(number, 0.0), score)
        return found

    def _candidates(self, word: str) -> Iterator[tuple[str, float]]:
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
        """Yield the words at one or two faults: a letter wrong, missing or added, or two neighbours swapped."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = 2 if len(word) >= SHORTEST_WITH_TWO else 1
        for length in range(max(SHORTEST_WITH_FAULT, len(word) - most), len(word) + most + 1):
            known = self._of_length.get(length, ())
            for candidate, faults, _position in process.extract(
                word, known, scorer=OSA.distance, score_cutoff=most, limit=None
            ):
                if faults and _digits(word) == _digits(candidate):
                    yield candidate, NEARLY / faults


def words_of(name: str) -> list[str]:
    """Return the normalised words of a name: lower case, short forms expanded, one spelling."""
    words = []
    for word in re.split(r"[\W_]+", name.casefold()):
        whole = SHORT_WORDS.get(word, word)
        for written, meant in OTHER_LETTERS:
            whole = whole.replace(written, meant)
        if whole:
            words.append(whole)
    return words


def _query_words(query: str) -> list[str]:
    words = words_of(query[:MOST_SIGNS])[:MOST_WORDS]
    return [word for word in words if word not in _IGNORED_WORDS] or words


def _digits(word: str) -> str:
    """Return the digits of a word; they must be equal, since RT 13 is no misspelling of RT 12."""
    return "".join(sign for sign in word if sign.isdecimal())
