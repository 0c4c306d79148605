"""A push service that says wait is waited for; nobody is hammered, and after a day it is given up."""

from datetime import UTC, datetime, timedelta

import pytest

from app.notifications.webpush.http import PATIENCE, Origins
from app.notifications.webpush.retry import GIVE_UP_AFTER, LONGEST_S, comes_back, next_try, pause_s


@pytest.mark.parametrize("status", [0, 401, 403, 408, 429, 500, 502, 503, 504])
def test_what_may_get_better_is_tried_again(status):
    assert comes_back(status)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 405, 411, 413])
def test_what_will_not_is_not(status):
    assert not comes_back(status)


def test_pauses_double_to_one_hour():
    longest = [pause_s(attempt, 0.0, 0.999999) for attempt in range(1, 40)]
    assert longest[:4] == pytest.approx([2, 4, 8, 16], rel=1e-4)
    assert max(longest) <= LONGEST_S
    assert longest[-1] == pytest.approx(LONGEST_S, rel=1e-4)


def test_pauses_are_spread():
    assert pause_s(5, 0.0, 0.0) == 16
    assert pause_s(5, 0.0, 0.999999999) == pytest.approx(32)


def test_a_service_that_says_when_is_obeyed():
    assert 120 <= pause_s(1, 120.0, 0.7) <= 132
    assert pause_s(30, 7200.0, 0.0) == 7200


def test_no_try_comes_behind_the_day():
    made = datetime(2026, 11, 23, tzinfo=UTC)
    late = made + timedelta(hours=23, minutes=50)
    assert next_try(late, made, 3600.0) == made + GIVE_UP_AFTER
    assert next_try(made, made, 60.0) == made + timedelta(seconds=60)


def test_a_silent_service_is_left_alone_and_the_others_are_not():
    origins = Origins()
    for _ in range(PATIENCE):
        assert origins.held_s("https://silent.example") == 0
        origins.note("https://silent.example", answered=False)
    assert 0 < origins.held_s("https://silent.example") <= 5
    assert origins.held_s("https://other.example") == 0


def test_one_answer_makes_up_for_it():
    origins = Origins()
    for _ in range(PATIENCE - 1):
        origins.note("https://a.example", answered=False)
    origins.note("https://a.example", answered=True)
    origins.note("https://a.example", answered=False)
    assert origins.held_s("https://a.example") == 0
