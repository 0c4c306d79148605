"""Guesses wait; colleagues do not."""

import pytest

from tests.support.staff import PASSWORD

ROOM = "198.51.100.20"
"""The one address behind which the whole shift sits."""


def guess(browser, name, address, times):
    answers = []
    for _ in range(times):
        first = browser(address)
        answers.append(first.sign_in(name, "not the password").status_code)
    return answers


@pytest.mark.both_engines
def test_after_five_wrong_answers_one_is_told_to_wait_in_seconds(hire, browser, clock):
    hire("operator1")
    assert guess(browser, "operator1", ROOM, 5) == [401] * 5
    first = browser(ROOM)
    answer = first.sign_in("operator1")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert "Coba lagi dalam 1 detik." in answer.text
    clock.forward(seconds=1)
    assert browser(ROOM).sign_in("operator1").status_code == 303


def test_names_that_do_not_exist_are_slowed_just_the_same(browser, clock):
    assert guess(browser, "nobody-here", ROOM, 7) == [401] * 5 + [429] * 2


@pytest.mark.both_engines
def test_a_colleague_at_the_same_address_is_never_refused(hire, browser, clock):
    for name in ("operator1", "operator2", "supervisor1"):
        hire(name)
    guess(browser, "operator1", ROOM, 30)
    guess(browser, "made-up-name", ROOM, 30)
    for name in ("operator2", "supervisor1"):
        assert browser(ROOM).sign_in(name).status_code == 303


def test_ones_own_browser_is_not_slowed_by_guesses_of_others(hire, browser, clock):
    """Somebody in the same room, behind the same address, guesses; the operator's own desk stays open."""
    hire("operator1")
    desk = browser(ROOM)
    desk.sign_in("operator1")
    desk.set_up_code()
    desk.post("/console/keluar")
    assert guess(browser, "operator1", ROOM, 20)[-1] == 429
    assert desk.sign_in("operator1").status_code == 303


def test_a_known_browser_cannot_guess_for_ever_either(hire, browser, clock):
    hire("operator1")
    desk = browser(ROOM)
    desk.sign_in("operator1")
    desk.set_up_code()
    desk.post("/console/keluar")
    received = [desk.sign_in("operator1", "not the password").status_code for _ in range(7)]
    assert received == [401] * 5 + [429] * 2


@pytest.mark.parametrize("forged", ["", "0123456789abcdef." + "0" * 32, "x" * 3_000, "..", "é"])
def test_a_forged_mark_of_a_known_browser_is_worth_nothing(hire, browser, clock, forged):
    hire("operator1")
    guess(browser, "operator1", ROOM, 5)
    first = browser(ROOM)
    first.client.set_cookie("siaga-known", forged)
    assert first.sign_in("operator1").status_code == 429


@pytest.mark.both_engines
def test_guesses_from_everywhere_slow_strangers_and_not_the_usual_address(hire, browser, clock):
    hire("operator1")
    desk = browser(ROOM)
    desk.sign_in("operator1")
    desk.set_up_code()
    for number in range(25):
        guess(browser, "operator1", f"203.0.113.{number}", 1)
    assert browser("203.0.113.200").sign_in("operator1").status_code == 429
    assert browser(ROOM).sign_in("operator1").status_code == 303


def test_nobody_waits_longer_than_a_minute(hire, browser, clock):
    hire("operator1")
    waits = []
    for _ in range(15):
        answer = browser(ROOM).sign_in("operator1", "not the password")
        wait = int(answer.headers.get("Retry-After", 0))
        waits.append(wait)
        clock.forward(seconds=wait)
    assert max(waits) <= 60
    assert browser(ROOM).sign_in("operator1", PASSWORD).status_code in {303, 429}


@pytest.mark.both_engines
def test_codes_are_slowed_by_account_whatever_the_session(hire, browser, clock):
    hire("operator1")
    first = browser(ROOM)
    first.sign_in("operator1")
    first.set_up_code()
    received = []
    for number in range(8):
        thief = browser(f"203.0.113.{number}")
        thief.sign_in("operator1")
        received.append(thief.post("/console/langkah-dua", {"code": "000000"}).status_code)
    assert received == [401] * 5 + [429] * 3


def test_the_table_names_nobody(hire, browser, database):
    from sqlalchemy import select

    from app.accounts.models import SignInThrottle

    hire("operator1")
    guess(browser, "operator1", ROOM, 1)
    with database.read() as session:
        subjects = session.scalars(select(SignInThrottle.subject)).all()
    assert subjects
    assert all(len(subject) == 64 for subject in subjects)
