"""A kind is whole: each test names what a new kind still lacks. docs/decisions/0058 lists the files in order."""

from __future__ import annotations

import json
import re

import pytest

from app.agencies.seed import AGENCIES, ROUTING
from app.core.domain import KIND_DEFINITIONS, KINDS, KINDS_FILE, MOST_QUESTIONS, SILENT_KIND, Kind, read_kinds
from app.core.i18n import LOCALES, words
from app.incidents.reporter import question_table
from app.reports.advice import MOST, advice
from app.reports.kind_guess import guess
from app.reports.sms_code import check_character, read_sms
from config import ROOT

ROUTES = {row[0]: row for row in ROUTING}
REPORTED = [kind for kind in KINDS if kind != SILENT_KIND]
"""Kinds that a resident chooses in the form."""


@pytest.fixture(scope="module")
def table():
    return json.loads(KINDS_FILE.read_text("utf-8"))


@pytest.fixture(scope="module", params=LOCALES)
def book(request):
    return words(request.param)


def topics(locale):
    return json.loads((ROOT / "pwa" / "data" / f"advice.{locale}.json").read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_its_name_and_its_pictogram(kind, book):
    assert book[f"kind.{kind}"].strip()
    assert f'<symbol id="i-{kind}"' in (ROOT / "pwa" / "icons" / "sprite.svg").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_its_row_of_the_routing_table(kind):
    _, lead, supports, priority, open_within_s, accept_within_s, _ = ROUTES[kind]
    assert {lead, *supports.split()} <= {agency[0] for agency in AGENCIES}
    assert priority in (1, 2, 3)
    assert 0 < open_within_s < accept_within_s


@pytest.mark.parametrize("kind", REPORTED)
def test_its_questions_in_the_form(kind, table, book):
    questions = KIND_DEFINITIONS[kind].questions
    assert 1 <= len(questions) <= MOST_QUESTIONS
    for question in questions:
        assert book[f"question.{question}"].strip()
        for answer in table["answers"].get(question, table["answers"][""]):
            assert book[f"answer.{answer}"].strip()


@pytest.mark.parametrize("kind", KINDS)
def test_its_questions_and_replies_of_an_operator(kind, book):
    own = KIND_DEFINITIONS[kind]
    questions, replies = question_table.questions(kind), question_table.replies(kind)
    assert questions[: len(own.operator_questions)] == own.operator_questions
    assert replies[: len(own.replies)] == own.replies
    assert max(len(questions), len(replies)) <= question_table.MOST
    for key in (*(f"q.{code}" for code in questions), *(f"r.{code}" for code in replies)):
        assert book[f"ask.{key}"].strip()


@pytest.mark.parametrize("kind", REPORTED)
def test_its_advice_on_the_phone(kind):
    names = KIND_DEFINITIONS[kind].advice
    assert names
    assert len(set(names)) == len(names)
    for locale in LOCALES:
        assert set(names) <= set(topics(locale)) - {"waiting"}


@pytest.mark.parametrize("kind", KINDS)
def test_its_advice_in_the_answer_to_a_report(kind):
    for locale in LOCALES:
        assert list(advice(kind, locale)) == topics(locale)[KIND_DEFINITIONS[kind].answer_topic]["do"][:MOST]


def test_every_topic_of_advice_belongs_to_a_kind():
    named = {name for kind in KIND_DEFINITIONS.values() for name in kind.advice}
    assert named | {"waiting"} == set(topics("id"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != Kind.OTHER])
def test_its_words_in_a_call(kind):
    own = KIND_DEFINITIONS[kind].guess_words.split()
    assert own
    for word in own:
        assert re.fullmatch("[a-z]+", word)
        assert guess(word) == (kind, word)


def test_no_word_of_a_call_belongs_to_two_kinds():
    every = [word for kind in KIND_DEFINITIONS.values() for word in kind.guess_words.split()]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("kind", KINDS)
def test_its_name_in_an_sms(kind, book):
    text = f"SIAGA112 {re.sub('[^A-Za-z0-9 .,-]', '', book[f'kind.{kind}']).upper()} 3F9A21"
    found = read_sms(f"{text} {check_character(text)}")
    assert (found.kind, found.kind_word) == (kind, None)


def test_the_silent_kind_leaves_nothing_in_the_form_and_on_the_status_page():
    own = KIND_DEFINITIONS[SILENT_KIND]
    assert (own.questions, own.advice, own.visible_to_neighbours) == ((), (), False)
    assert own.operator_questions == own.replies == ()


def test_the_street_sees_what_everybody_sees_anyway():
    """docs/decisions/0047: a kind that happens to one person, or that invites revenge, is never shown to neighbours."""
    hidden = {kind for kind, own in KIND_DEFINITIONS.items() if not own.visible_to_neighbours}
    private = {Kind.MEDICAL, Kind.VIOLENCE_HOME, Kind.CRIME, Kind.RIOT, Kind.PUBLIC_ORDER, Kind.OTHER}
    assert hidden == private


def test_the_first_screen_has_eight_tiles_at_most():
    tiles = [row[6] for row in ROUTING if row[6] is not None]
    assert sorted(tiles) == list(range(1, len(tiles) + 1))
    assert len(tiles) <= 8


def test_the_phone_and_the_server_know_the_same_kinds(table):
    assert set(table["kinds"]) == set(KINDS) == set(ROUTES)
    assert list(table["kinds"])[-1] == Kind.OTHER


def test_answers_belong_to_questions_of_a_kind(table):
    requests = {question for kind in KIND_DEFINITIONS.values() for question in kind.questions}
    assert set(table["answers"]) - {""} <= requests


@pytest.mark.parametrize("change", ["missing", "unknown", "misspelled"])
def test_a_file_that_does_not_fit_is_refused_at_start(table, change, tmp_path):
    kinds = dict(table["kinds"])
    if change == "missing":
        del kinds["fire"]
    elif change == "unknown":
        kinds["meteor"] = kinds["other"]
    else:
        kinds["fire"] = {"question": ["spreading"]}
    file = tmp_path / "kinds.json"
    file.write_text(json.dumps(table | {"kinds": kinds}), "utf-8")
    with pytest.raises(TypeError if change == "misspelled" else KeyError):
        read_kinds(file)
