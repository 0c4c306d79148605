"""At midnight in Bontang the numbers and figures of a day begin anew, at the year's end too.

Nothing is lost or counted twice.
"""

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from app.statistics import daily_rollup

pytestmark = pytest.mark.both_engines

EVE, NEW_YEAR = "2026-12-31", "2027-01-01"


@pytest.fixture
def received(desk, clock):
    """Two reports in the last second of the year and one in the first of the next; the ids of their incidents."""
    clock.at = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    old = [desk.report("fire"), desk.report("flood")]
    clock.forward(seconds=1)
    return [*old, desk.report("fire")]


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_number_begins_anew_and_both_days_stand_in_the_queue(desk, inside, received):
    given = [(row.day, row.number) for row in map(desk.incident, received)]
    assert given == [(EVE, 1), (EVE, 2), (NEW_YEAR, 1)]
    first = inside("operator")
    page = first.get("/console/antrean").text
    assert sorted(re.findall(r'class="number">(B-\d+)', page)) == ["B-0001", "B-0001", "B-0002"]
    found = first.get("/console/antrean?cari=1").text
    assert [f'id="i-{item}"' in found for item in received] == [True, False, True]


def test_each_day_and_month_counts_its_own(desk, inside, received):
    while daily_rollup.step(desk.database):
        pass
    first = inside("supervisor")
    for day, count in ((EVE, 2), (NEW_YEAR, 1)):
        whole = rows(first.get(f"/console/pengawas/statistik.csv?dari={day}&sampai={day}"))[0]
        assert (whole["Kejadian"], whole["Laporan"]) == (str(count), str(count)), day
        month = rows(first.get(f"/console/pengawas/nasional.csv?bulan={day[:7]}"))
        assert sum(int(row["Laporan"]) for row in month) == count, day
