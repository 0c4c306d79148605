"""The oracle of the random histories notices what it is there for."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.oracle import Wait

BASE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
GOOD = [(0.5, 1, 1, "operators"), (15.5, 1, 2, "supervisor"), (46, 1, 3, "head")]


def faults(made, until=60):
    steps = [(BASE + timedelta(seconds=at), *rest) for at, *rest in made]
    return Wait("unopened", BASE, made=steps).faults(BASE + timedelta(seconds=until))


def test_a_good_night_has_no_faults():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    "made",
    [
        GOOD[:2],
        [GOOD[0], GOOD[2]],
        [GOOD[0], GOOD[0], *GOOD[1:]],
        [GOOD[0], (17.5, *GOOD[1][1:]), GOOD[2]],
        [(-1, *GOOD[0][1:]), *GOOD[1:]],
        [],
    ],
    ids=["skipped last", "skipped", "twice", "late", "early", "none"],
)
def test_a_bad_night_is_noticed(made):
    assert faults(made)
