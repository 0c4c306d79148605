"""Translate codes into words: texts of screens, pushes and problems, by locale."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from config import ROOT

LOCALES = ("id", "en")
DEFAULT = "id"
LANGUAGE_COOKIE = "lang"
"""Cookie with the chosen language, for residents and staff."""
_FOLDERS = (ROOT / "pwa" / "locales", ROOT / "app" / "core" / "words")


@cache
def words(locale: str) -> Mapping[str, str]:
    """Return all words of a locale (`id.json`, `id.console.json`, …), keys flattened with dots (`kind.fire`)."""
    found: dict[str, str] = {}
    for folder in _FOLDERS:
        for file in sorted(folder.glob(f"{locale}*.json")):
            found.update(_flatten(json.loads(file.read_text("utf-8"))))
    return found


def say(locale: str, key: str, **values: object) -> str:
    """Return the words for `key`, with each `{name}` filled from `values`.

    Raises:
        KeyError: neither this locale nor the default has such words.
    """
    book = words(known(locale))
    return (book[key] if key in book else words(DEFAULT)[key]).format_map(values)


def has(locale: str, key: str) -> bool:
    """Return whether `say` has words for `key`."""
    return key in words(known(locale)) or key in words(DEFAULT)


def known(locale: str | None) -> str:
    """Return the supported locale for a language tag (`en-GB` → `en`), Indonesian otherwise."""
    short = (locale or DEFAULT)[:2].lower()
    return short if short in LOCALES else DEFAULT


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat.update(_flatten(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat
