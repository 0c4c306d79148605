"""What a lock screen may say: a number and a step; never what happened, where, or to whom."""

import json
from types import SimpleNamespace

import pytest

from app.core.domain import KINDS
from app.core.i18n import LOCALES, words
from app.incidents.lifecycle.transitions import ASSIGNMENT_MOVES, INCIDENT_MOVES, REASSIGNING
from app.notifications.wording import WORDINGS, payload

FACTS = json.dumps({"number": 421, "agency": "Damkar"})


def _news(**changed):
    right = {
        "wording": "forwarded",
        "data": FACTS,
        "locale": "id",
        "tag": "incident-step",
        "receipt": "r",
        "incident_id": "i-1",
        "report_id": "r-1",
    }
    return SimpleNamespace(**{**right, **changed})


def _message(**changed):
    return json.loads(payload(_news(**changed)))["notification"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("wording", WORDINGS)
def test_every_wording_is_short_and_names_no_kind(wording, locale):
    shown = _message(wording=wording, locale=locale)
    text = f"{shown['title']} {shown['body']}"
    numbered = wording not in {"unopened", "forwarded_task", "unanswered_task"}
    assert ("B-0421" in shown["title"]) == numbered, "people are called in the same words for a silent case"
    assert len(shown["title"]) <= 30
    assert len(shown["body"]) <= 60
    kinds = [words(locale)[f"kind.{kind}"].lower() for kind in KINDS]
    assert not [kind for kind in kinds if kind in text.lower()]
    assert "{" not in text


def test_every_move_that_tells_has_words():
    answer = {move.event for move in (*INCIDENT_MOVES, *ASSIGNMENT_MOVES) if move.notifies_reporter}
    assert answer | {REASSIGNING, "message"} <= WORDINGS.keys()


def test_both_kinds_of_browser_can_read_it():
    """Declarative Web Push: a browser that knows it shows this without our script."""
    whole = json.loads(payload(_news()))
    assert whole["web_push"] == 8030
    assert whole["notification"] == {
        "title": "Laporan B-0421",
        "body": "Diteruskan ke Damkar.",
        "navigate": "/laporan/r-1",
        "tag": "incident-step",
        "lang": "id",
        "dir": "ltr",
        "silent": False,
        "data": {"receipt": "r"},
    }


def test_a_step_by_an_agency_that_is_not_named_is_still_told():
    assert _message(data='{"number":1,"agency":""}')["body"] == "Diteruskan ke petugas."


def test_staff_are_led_to_the_console():
    assert _message(wording="forwarded_task", report_id=None)["navigate"] == "/console/kejadian/i-1"
