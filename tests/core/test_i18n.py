"""What screens say is true where it is said, and one thing has one name."""

import json

import pytest
from flask import Flask

from app.core.errors import Unavailable
from app.core.i18n import LOCALES, say, words
from app.http import error_handlers
from app.http.problems import problem


@pytest.mark.parametrize(("locale", "claim"), [("id", "belum tersimpan"), ("en", "not stored")])
def test_who_only_looks_is_not_told_that_a_report_is_not_stored(locale, claim):
    sending, reading = (
        json.loads(problem(Unavailable(), locale, reading=looks).body)["detail"] for looks in (False, True)
    )
    assert claim in sending
    assert claim not in reading
    assert "112" in reading


@pytest.mark.parametrize(("method", "says_so"), [("GET", False), ("HEAD", False), ("POST", True)])
def test_every_route_knows_who_only_looks(method, says_so):
    with Flask(__name__).test_request_context("/api/v1/reports/x", method=method):
        received = error_handlers.answer(Unavailable()).get_json()["detail"]
    assert ("belum tersimpan" in received) == says_so


def test_the_browser_has_one_name():
    assert [key for key, shown in words("id").items() if "browser" in shown.casefold()] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_directory_says_what_to_do_first(locale):
    assert say(locale, "numbers.first").endswith("112.")
