"""Advice is read by somebody who panics: short, numbered, the same in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PWA = Path(__file__).resolve().parents[2] / "pwa"
PARTS = ("do", "more", "never")


def advice(locale: str) -> dict[str, Any]:
    return json.loads((PWA / "data" / f"advice.{locale}.json").read_text("utf-8"))


@pytest.mark.parametrize("locale", ["id", "en"])
def test_every_sentence_has_at_most_eight_words(locale):
    sentences = [s for topic in advice(locale).values() for part in PARTS for s in topic.get(part, [])]
    assert [s for s in sentences if len(s.split()) > 8] == []
    assert len(sentences) > 100


def test_both_languages_say_the_same_number_of_things():
    shapes = [
        {name: [len(topic.get(part, [])) for part in PARTS] for name, topic in advice(locale).items()}
        for locale in ("id", "en")
    ]
    assert shapes[0] == shapes[1]
