"""The rollup says exactly what the incidents themselves say, whatever happened in whatever order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from app.core.clock import now, wita_day
from app.core.ids import new_id
from app.eventlog.log import NewEvent, append
from app.incidents import simulation
from app.incidents.control_room.shift_hours import shift_of
from app.incidents.models import Incident
from app.statistics import daily_rollup
from app.statistics.from_events import on_the_fly
from app.statistics.models import StatDay, StatMark
from app.statistics.percentiles import answer, pack, spread, unpack
from app.statistics.query import StatisticsQuery, last_days
from app.statistics.response_times import LEGS, LegEvent, incident_times

KINDS = ("fire", "flood", "other")
AGENCIES = ("damkar", "bpbd")
VILLAGES = (None, "64.74.01.1006", "64.74.02.1001")
STEPS = ("opened", "forwarded", "accepted", "en_route", "on_scene", "done", "closed", "reopen", "closed")
history = st.fixed_dictionaries(
    {
        "ago_h": st.integers(0, 24 * 40),
        "kind": st.sampled_from(KINDS),
        "kelurahan": st.sampled_from(VILLAGES),
        "agency": st.sampled_from(AGENCIES),
        "far": st.integers(0, len(STEPS)),
        "pace_s": st.floats(0.01, 4000),
        "skip": st.sets(st.sampled_from(STEPS), max_size=2),
        "resolution": st.sampled_from(("resolved", "ghost", "prank", "information", "duplicate")),
        "simulation": st.booleans(),
        "reports": st.integers(1, 4),
    }
)


def write(session, received):
    """Write one incident and what happened to it."""
    at = now() - timedelta(hours=received["ago_h"])
    incident_id = new_id()
    steps = [name for name in STEPS[: received["far"]] if name not in received["skip"]]
    closed = bool(steps) and steps[-1] == "closed"
    session.execute(
        insert(Incident).values(
            id=incident_id,
            day=wita_day(at),
            number=1,
            kind=received["kind"],
            priority=1,
            state="closed" if closed else "received",
            version=1,
            source="none",
            kelurahan=received["kelurahan"],
            kelurahan_exact=False,
            inside_city=True,
            reports=received["reports"],
            received_at=at,
            open_within_s=15,
            accept_within_s=60,
            closed_at=at if closed else None,
            resolution=received["resolution"] if closed else None,
            simulation=received["simulation"],
        )
    )
    events = [NewEvent(name="received", at=at, actor="reporter", incident_id=incident_id)]
    for place, name in enumerate(steps, 1):
        data = {"agencies": [received["agency"]]} if name == "forwarded" else {"agency": received["agency"]}
        moment = at + timedelta(seconds=received["pace_s"] * place)
        events.append(NewEvent(name=name, at=moment, actor="system", incident_id=incident_id, data=data))
    append(session, *events)


def everything_asked(first, last):
    yield StatisticsQuery(first, last)
    for name, values in (
        ("kind", KINDS),
        ("agency", AGENCIES),
        ("kelurahan", (*VILLAGES[1:], "-")),
        ("shift", ("pagi", "sore", "malam")),
    ):
        for value in values:
            yield StatisticsQuery(first, last, **{name: value})
    yield StatisticsQuery(first, last, kind="fire", shift="malam", agency="damkar")


def assert_equal(database):
    spans = [last_days(days) for days in (1, 7, 30, 90)] + [
        StatisticsQuery(last_days(33).first, last_days(9).first),
        StatisticsQuery("2020-01-01", "2020-01-02"),
    ]
    with database.read() as session:
        for span in spans:
            for requests in everything_asked(span.first, span.last):
                assert daily_rollup.ask(session, requests) == answer(on_the_fly(session, requests)), requests


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(batches=st.lists(st.lists(history, min_size=1, max_size=6), min_size=1, max_size=3))
def test_the_rollup_equals_the_answer_on_the_fly(database, batches):
    for batch in batches:
        with database.write() as session:
            for received in batch:
                write(session, received)
        while daily_rollup.step(database):
            pass
    assert_equal(database)


@pytest.mark.both_engines
def test_counting_again_and_by_two_at_once_changes_nothing(database, clock):
    with database.write() as session:
        for hours in (1, 30, 31):
            write(
                session,
                {
                    "ago_h": hours,
                    "kind": "fire",
                    "kelurahan": None,
                    "agency": "damkar",
                    "far": 5,
                    "pace_s": 7.5,
                    "skip": set(),
                    "resolution": "resolved",
                    "simulation": False,
                    "reports": 1,
                },
            )
    daily_rollup.step(database)

    def stored():
        with database.read() as session:
            return session.execute(
                select(StatDay.day, StatDay.dimension, StatDay.value, StatDay.samples).order_by(
                    StatDay.day, StatDay.dimension, StatDay.value
                )
            ).all()

    before = stored()
    assert before
    with database.write() as session:
        session.execute(StatMark.__table__.update().values(seq=0))
    assert daily_rollup.step(database) is False
    assert daily_rollup.step(database) is False
    assert stored() == before
    clock.forward(days=1)
    daily_rollup.step(database)
    assert_equal(database)


@pytest.mark.both_engines
def test_what_changes_later_is_counted_again(desk):
    incident_id = desk.forwarded("fire", "damkar")
    daily_rollup.step(desk.database)
    desk.move(incident_id, "set_kind", kind="flood")
    desk.move(incident_id, "close", resolution="prank")
    daily_rollup.step(desk.database)
    with desk.database.read() as session:
        assert daily_rollup.ask(session, last_days(7)).classes["prank"] == 1
        fire = StatisticsQuery(**vars_of(last_days(7)), kind="fire")
        assert daily_rollup.ask(session, fire).incidents == 0
    assert_equal(desk.database)


def vars_of(requests):
    return {"first": requests.first, "last": requests.last}


@pytest.mark.both_engines
def test_a_drill_is_no_statistic(desk):
    incident_id = desk.report("fire")
    daily_rollup.step(desk.database)
    with desk.database.write() as session:
        simulation.mark(session, desk.report_of(incident_id))
    daily_rollup.step(desk.database)
    with desk.database.read() as session:
        assert daily_rollup.ask(session, last_days(2)).incidents == 0
        assert session.scalar(select(func.count()).select_from(StatDay)) == 0


@pytest.mark.both_engines
def test_an_agencys_legs_are_its_own(desk, clock):
    incident_id = desk.report("fire")
    for wait, act in (
        (10, lambda: desk.move(incident_id, "open")),
        (20, lambda: desk.move(incident_id, "forward", to=["damkar"])),
        (100, lambda: desk.move(incident_id, "forward", to=["damkar", "polres"])),
        (5, lambda: desk.assignment(incident_id, "polres", "accept")),
        (35, lambda: desk.assignment(incident_id, "damkar", "accept")),
    ):
        clock.forward(seconds=wait)
        act()
    with desk.database.read() as session:
        days = vars_of(last_days(2))
        whole = answer(on_the_fly(session, StatisticsQuery(**days)))
        assert whole.legs["opening"].p90 == 100
        assert whole.legs["accepting"].p50 == 1050, "the first who accepts"
        own = answer(on_the_fly(session, StatisticsQuery(**days, agency="damkar")))
        assert own.legs["accepting"].p50 == 1400
        assert (
            answer(on_the_fly(session, StatisticsQuery(**days, agency="polres"))).legs["accepting"].p50 == 50
        )


@pytest.mark.both_engines
def test_reopening_changes_no_wait_that_was(desk, clock):
    incident_id = desk.report("fire")
    clock.forward(seconds=10)
    desk.move(incident_id, "open")
    desk.move(incident_id, "close", resolution="resolved")
    clock.forward(hours=3)
    desk.move(incident_id, "reopen")
    with desk.database.read() as session:
        found = answer(on_the_fly(session, last_days(2)))
    assert found.legs["opening"].p95 == 100
    assert found.classes["unclosed"] == 1


@pytest.mark.engine("sqlite")
@given(st.lists(st.integers(0, 2**31), max_size=60))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_percentiles_are_real_samples_of_nearest_rank(values):
    found = spread(values)
    assert found.n == len(values)
    for share, value in ((50, found.p50), (90, found.p90), (95, found.p95)):
        if values:
            assert value in values
            assert sum(item <= value for item in values) * 100 >= share * len(values)
            assert sum(item < value for item in values) * 100 < share * len(values)
        else:
            assert value is None
    from array import array

    samples = {leg: array("I", sorted(values)) if leg == "travel" else array("I") for leg in LEGS}
    assert unpack(pack(samples)) == samples


def test_a_shift_is_the_one_that_began_last():
    shifts = {"pagi": 7, "sore": 15, "malam": 23}

    def at(hour):
        return shift_of(datetime(2026, 11, 24, hour, 59, tzinfo=UTC) - timedelta(hours=8), shifts)

    assert [at(hour) for hour in (0, 6, 7, 14, 15, 22, 23)] == [
        *("malam", "malam", "pagi", "pagi"),
        *("sore", "sore", "malam"),
    ]


def test_a_leg_needs_both_its_ends():
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    events = [LegEvent("received", moment), LegEvent("on_scene", moment + timedelta(seconds=9.01), ("x",))]
    assert incident_times(events).whole == {"response": 91}
