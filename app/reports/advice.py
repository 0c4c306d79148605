"""Returns the first sentences of advice for a kind; the answer to a report carries them (`pwa/data/advice.*.json`)."""

from __future__ import annotations

import json
from functools import cache

from app.core.domain import KIND_DEFINITIONS, Kind
from config import ROOT

_FOLDER = ROOT / "pwa" / "data"
MOST = 4
"""Sentences a frightened reporter can still read."""


@cache
def advice(kind: str, locale: str) -> tuple[str, ...]:
    """Return at most `MOST` sentences for a kind in one of `LOCALES`."""
    topics = json.loads((_FOLDER / f"advice.{locale}.json").read_text("utf-8"))
    return tuple(topics[KIND_DEFINITIONS[Kind(kind)].answer_topic]["do"][:MOST])
