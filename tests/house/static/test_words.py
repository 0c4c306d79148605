"""Every member of every enumeration has words, in every language, and both languages say the same things."""

import json
import string
from collections import Counter
from importlib import import_module

import pytest

from app.core.i18n import _FOLDERS, LOCALES, _flatten, words

MODELS = (
    "core.models",
    "core.domain",
    "geo.models",
    "accounts.models",
    "agencies.models",
    "notifications.webpush.models",
    "notifications.gateway.models",
    "reports.models",
    "incidents.models",
    "incidents.escalation.models",
)
SHOWN = {
    "KINDS": "kind",
    "INCIDENT_STATES": "state",
    "ASSIGNMENT_STATES": "assignment",
    "RESOLUTIONS": "resolution",
    "ROLES": "role",
    "DECLINE_REASONS": "decline",
    "SOURCES": "source",
    "CHANNELS": "channel",
    "SIGNALS": "signal",
    "MEDIA_STATES": "media",
    "NOTIFICATION_STATES": "notification",
    "PRIORITIES": "priority",
    "DUTIES": "duty",
    "MEANS": "means",
    "RING_STATES": "ring",
    "LADDERS": "ladder",
    "CALLED": "called",
    "OUTCOMES": "outcome",
    "LANDMARK_KINDS": "place.kind",
}
"""Enumerations that a person reads, and where their words stand."""
NOT_SHOWN = {"GEOCODE_STATES", "ACTORS", "JOB_STATES"}
"""Enumerations that only programs read."""


def enumerations():
    for name in MODELS:
        module = import_module(f"app.{name}")
        for key, value in vars(module).items():
            if key.isupper() and not key.startswith("_") and isinstance(value, tuple) and module.__name__:
                yield key, value


def test_every_enumeration_is_known_here():
    unknown = {key for key, _ in enumerations()} - SHOWN.keys() - NOT_SHOWN
    assert not unknown, "say in this file whether people read it, and give it words"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_member_has_words(locale):
    book = words(locale)
    missing = [
        f"{SHOWN[key]}.{code}"
        for key, codes in enumerations()
        if key in SHOWN
        for code in codes
        if not book.get(f"{SHOWN[key]}.{code}", "").strip()
    ]
    assert not missing


@pytest.mark.parametrize("locale", LOCALES)
def test_no_key_stands_twice(locale):
    """The later words would silently take the place of the earlier, wherever those are said."""

    def answer(pairs):
        names = Counter(name for name, _ in pairs)
        assert not [name for name, count in names.items() if count > 1]
        return dict(pairs)

    for folder in _FOLDERS:  # phone and console may say the same thing in their own words
        found = Counter()
        for file in folder.glob(f"{locale}*.json"):
            found.update(_flatten(json.loads(file.read_text("utf-8"), object_pairs_hook=answer)).keys())
        assert found
        assert not [name for name, count in found.items() if count > 1]


def test_both_languages_have_the_same_keys():
    first, other = (set(words(locale)) for locale in LOCALES)
    assert not first ^ other


def test_both_languages_take_the_same_facts():
    first, other = (words(locale) for locale in LOCALES)

    def data(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert not {key for key in first.keys() & other.keys() if data(first[key]) != data(other[key])}
