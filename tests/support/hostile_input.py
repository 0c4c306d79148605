"""Words and values that nobody sends by mistake, and a request that notes which fields a view reads."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_from_bytes

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict

Path = tuple[str | int, ...]
"""Names and numbers that lead to a member of a JSON tree."""
CORE = (
    "",
    "a\x00b\x1b[31m\x7f",
    "\udfff\ud83d",
    "'; DROP TABLE report; --\"\\<script>{{7*7}}%s\r\nSet-Cookie: a=b",
    "9" * 5000,
    "²",
    "x" * 65536,
)
"""What breaks most: nothing, NUL, half characters, every quote, digits that are too many.

One that `int` refuses.
"""
STRICT = CORE[1:3] + CORE[4:5]
"""What PostgreSQL refuses and SQLite keeps; the rest is the same on both."""
MORE = (
    "   \t\r\n",
    "\x00",
    "\u202eevil\u200b\ufeff\u2066",
    "\U0001f469\u200d\U0001f467\U0001f3f4\u200d\u2620\ufe0f",
    "Z" + "\u0351\u0327\u0334" * 400,
    "../../etc/passwd%00#",
    "tiga ratus dua belas",
    "-1",
    "1e309",
    "\u0661\u0662",
    "NaN",
    "Infinity",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "00000000-0000-0000-0000-000000000000",
)
"""Odd words and moments.

Blanks, writing from right to left, joined emoji, piled accents, numbers as words, no numbers.
"""
WORDS = CORE + MORE
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 91, 1.5, 1e308, 2**63, 10**400, [], {}, [[[[]]]], {"a": {"b": [{}]}}),
    *([1] * 1000, {"\ud800": "\x00"}, float("nan"), float("-inf")),
)
"""What may stand in a field of JSON besides words; Python writes NaN and Infinity as many programs do."""
BODIES = (
    b"",
    b"null",
    b"[]",
    b'"kind"',
    b"{",
    b"[" * 60_000,
    b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
    b'{"kind":"fire","kind":"flood","text":"a","text":"b","signal":"safe","signal":7}',
    '{"kind":"fire","text":"é"}'.encode("utf-16"),
    b'{"kind":"f\xff\xfere"}',
    b'\xef\xbb\xbf{"kind":"fire"}',
    b'{"kind": NaN, "lat": -Infinity}',
    b"kind=fire&text=a",
    b"x" * 70_000,
)
"""Whole bodies: no JSON, deep, doubled, in another character set, too large."""
TYPES = (
    "",
    "text/plain",
    "application/json; charset=utf-16",
    "application/json; charset=no-such-set",
    "application/x-www-form-urlencoded; charset=utf-7",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "b" * 300,
    "\xe9/\xe9",
)
"""Names of types that say something else than what is sent."""
ADDRESSES = (
    "x",
    "%00",
    "%ED%A0%80",
    "..%2f..%2f",
    "9" * 300,
    "%F0%9F%92%A9",
    "-1",
    "{{7*7}}",
    "%27%3B--",
    "%20",
)
"""What may stand in an address where a name or number belongs, quoted."""


class Turns:
    """Some of the values for each loop over them, the next ones for the next loop, so that every value has its turn."""

    def __init__(self, values: Iterable[object], count: int) -> None:
        self._values, self._count, self._at = tuple(values), count, 0

    def __iter__(self) -> Iterator[object]:
        for _ in range(self._count):
            yield self._values[self._at % len(self._values)]
            self._at += 1


def form(fields: Mapping[str, Any]) -> bytes:
    """Return fields as a browser would send them; half characters go out as they are, lists as doubled fields."""
    pairs = []
    for name, value in fields.items():
        pairs += [
            f"{quote(name)}={quote_from_bytes(str(item).encode('utf-8', 'surrogatepass'))}"
            for item in (value if isinstance(value, list | tuple) else [value])
        ]
    return "&".join(pairs).encode()


def leaves(tree: Any, path: Path = ()) -> Iterator[Path]:
    """Return the path of every member of a JSON tree, parents before children."""
    members: Iterable[tuple[str | int, Any]] = ()
    if isinstance(tree, dict | list):
        members = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for name, value in members:
        yield (*path, name)
        yield from leaves(value, (*path, name))


def changed(tree: Any, path: Path, value: object) -> Any:
    """Return the tree with another value at `path`."""
    if not path:
        return value
    whole: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    whole[path[0]] = changed(whole[path[0]], path[1:], value)
    return whole


def naughty_json(tree: Any, values: Iterable[object] = (*CORE, *VALUES)) -> Iterator[bytes]:
    """Return bodies: each member of the tree replaced by each word and value, and whole bodies that are none."""
    for path in leaves(tree):
        for value in values:
            yield json.dumps(changed(tree, path, value)).encode()
        yield json.dumps(changed(tree, path, "\ud83d é"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    yield from BODIES


READ: dict[str, set[str]] = defaultdict(set)
"""Address of a view → names of the fields it has read."""


class NotedForm(ImmutableMultiDict[str, str]):
    """Fields of a form; notes which names are asked for."""

    def __init__(self, fields: Iterable[tuple[str, str]], place: str) -> None:
        super().__init__(fields)
        self.place = place

    def get(self, key: str, *rest: Any, **more: Any) -> Any:
        READ[self.place].add(key)
        return super().get(key, *rest, **more)

    def __getitem__(self, name: str) -> str:
        READ[self.place].add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        READ[self.place].add(str(name))
        return super().__contains__(name)

    def getlist(self, key: str, *rest: Any, **more: Any) -> list[Any]:
        READ[self.place].add(key)
        return super().getlist(key, *rest, **more)


class NotedObject(dict[str, Any]):
    """Members of a JSON object; notes which names are asked for."""

    def __init__(self, members: Mapping[str, Any], place: str) -> None:
        super().__init__(members)
        self.place = place

    def get(self, name: str, *rest: Any) -> Any:
        READ[self.place].add(name)
        return super().get(name, *rest)

    def __getitem__(self, name: str) -> Any:
        READ[self.place].add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        READ[self.place].add(str(name))
        return super().__contains__(name)


class Watching(Request):
    """A request of a watched application."""

    @property
    def form(self) -> NotedForm:
        if "noted" not in self.__dict__:
            self.__dict__["noted"] = NotedForm(super().form.items(multi=True), self.path)
        noted: NotedForm = self.__dict__["noted"]
        return noted

    def get_json(self, *rest: Any, **more: Any) -> Any:
        found = super().get_json(*rest, **more)
        return NotedObject(found, self.path) if type(found) is dict else found
