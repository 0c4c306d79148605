"""The first sentences of advice for a kind: what the answer to a report carries (pwa/data/advice.*.json)."""

from __future__ import annotations

import json
from functools import cache

from config import ROOT

_FOLDER = ROOT / "pwa" / "data"
_TOPICS = {
    "fire": "fire",
    "medical": "unconscious",
    "accident": "accident",
    "violence_home": "waiting",
    "crime": "danger",
    "flood": "flood",
    "riot": "riot",
    "drowning": "drowning",
    "gas_chemical": "gas",
    "landslide_storm": "landslide",
    "wildlife": "snake",
    "power_line": "power_line",
    "tree_down": "tree_down",
    "public_order": "danger",
    "other": "waiting",
}
MOST = 4
"""Sentences: what somebody in fear still reads."""


@cache
def advice(kind: str, locale: str) -> tuple[str, ...]:
    """Return at most `MOST` sentences for a kind in a locale that we have."""
    topics = json.loads((_FOLDER / f"advice.{locale}.json").read_text("utf-8"))
    return tuple(topics[_TOPICS[kind]]["do"][:MOST])
