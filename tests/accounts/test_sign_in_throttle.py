"""Slowing down: the pace of waiting, the same for every process that asks the database."""

from datetime import timedelta

import pytest

from app.accounts import sign_in_throttle
from app.accounts.sign_in_throttle import Pace, Subject
from app.core.errors import SlowDown

pytestmark = pytest.mark.both_engines

GUESSED = Subject("guessed", Pace(free=3, cap_s=60))


def attempt(database, *subjects):
    with database.write() as session:
        sign_in_throttle.count_try(session, *subjects)


def waits(database, subject):
    try:
        attempt(database, subject)
    except SlowDown as fault:
        return fault.extra["retry_after_s"]
    return 0


def test_waiting_doubles_up_to_the_cap():
    pace = Pace(free=3, cap_s=60)
    assert [pace.wait_s(tries) for tries in range(12)] == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert pace.wait_s(10_000) == 60


def test_after_the_free_tries_one_waits_and_is_told_how_long(database, clock):
    assert [waits(database, GUESSED) for _ in range(4)] == [0, 0, 0, 1]
    clock.forward(seconds=1)
    assert waits(database, GUESSED) == 0
    assert waits(database, GUESSED) == 2


def test_asking_while_waiting_never_makes_it_longer(database, clock):
    for _ in range(3):
        attempt(database, GUESSED)
    for _ in range(50):
        assert waits(database, GUESSED) == 1
    clock.forward(seconds=1)
    assert waits(database, GUESSED) == 0


def test_a_right_answer_starts_anew(database, clock):
    for _ in range(3):
        attempt(database, GUESSED)
    with database.write() as session:
        sign_in_throttle.clear(session, GUESSED)
    assert [waits(database, GUESSED) for _ in range(3)] == [0, 0, 0]


def test_an_hour_without_a_try_starts_anew(database, clock):
    for _ in range(3):
        attempt(database, GUESSED)
    clock.forward(seconds=sign_in_throttle.FORGOTTEN_AFTER / timedelta(seconds=1) + 2)
    assert [waits(database, GUESSED) for _ in range(4)] == [0, 0, 0, 1]


def test_the_longest_wait_of_several_subjects_counts(database, clock):
    other = Subject("other", Pace(free=1, cap_s=60))
    attempt(database, other)
    with pytest.raises(SlowDown) as fault:
        attempt(database, GUESSED, other)
    assert fault.value.extra["retry_after_s"] == 1
    assert [waits(database, GUESSED) for _ in range(3)] == [0, 0, 0]


def test_tries_at_once_from_many_processes_all_count(database, settings, clock):
    """Thirty at one moment from connections of their own: no more pass than are free."""
    from concurrent.futures import ThreadPoolExecutor

    from app.core.db import Database, open_engine

    engines = [open_engine(settings.sqlalchemy_url) for _ in range(3)]
    subject = Subject("at-once", Pace(free=5, cap_s=60))
    with ThreadPoolExecutor(12) as pool:
        answer = list(pool.map(lambda at: waits(Database(engines[at % 3]), subject), range(30)))
    for engine in engines:
        engine.dispose()
    assert answer.count(0) == 5
