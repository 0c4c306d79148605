"""The room is shown what else happened here just now, and the queue in its one order, page by page."""

import random
from datetime import timedelta

import pytest
from geopy.distance import geodesic
from sqlalchemy import insert

from app.core.clock import now
from app.core.ids import new_id
from app.geo.grid import cell_of
from app.incidents.duplicates.nearby import LOOKED_AT, RADIUS_M, SHOWN, WINDOW, nearby
from app.incidents.models import Incident
from app.incidents.queue import queue as incident_queue

pytestmark = pytest.mark.both_engines

HERE = (0.1331, 117.4902)


def incident(place: int, *, at, lat=HERE[0], lon=HERE[1], **more) -> dict:
    row = {
        "id": new_id(),
        "day": "2026-11-23",
        "number": place,
        "kind": "flood",
        "priority": 2,
        "state": "received",
        "version": 1,
        "source": "gps",
        "lat": lat,
        "lon": lon,
        "cell": cell_of(lat, lon),
        "kelurahan": "64.74.01.1006",
        "kelurahan_exact": False,
        "plus_code": "6PGV4FMR+62",
        "inside_city": True,
        "reports": 1,
        "received_at": at,
        "open_within_s": 30,
        "accept_within_s": 180,
    }
    return row | more


@pytest.fixture
def stored(database):
    """Return `store(rows)`."""

    def store(rows):
        with database.write() as session:
            session.execute(insert(Incident), rows)

    return store


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_nearby_is_what_the_geodesic_says(database, stored, seed):
    rng, moment = random.Random(seed), now()
    rows = [
        incident(
            place,
            at=moment - timedelta(seconds=rng.uniform(-600, 3600)),
            lat=HERE[0] + rng.uniform(-0.006, 0.006),
            lon=HERE[1] + rng.uniform(-0.006, 0.006),
        )
        for place in range(150)
    ]
    stored(rows)
    for probe in rows[:20]:
        spot = (probe["lat"], probe["lon"])
        true = [
            row
            for row in rows
            if moment - WINDOW < row["received_at"] <= moment
            and geodesic(spot, (row["lat"], row["lon"])).m <= RADIUS_M
        ]
        true.sort(key=lambda row: row["received_at"], reverse=True)
        with database.read() as session:
            found = nearby(session, lat=spot[0], lon=spot[1], at=moment)
        assert [near.id for near in found] == [row["id"] for row in true][:SHOWN]
        for near, row in zip(found, true, strict=False):
            assert near.distance_m == pytest.approx(geodesic(spot, (row["lat"], row["lon"])).m, abs=1)


def test_of_a_burst_from_one_street_the_newest_are_shown(database, stored):
    moment = now()
    rows = [incident(place, at=moment - timedelta(seconds=place)) for place in range(20 * LOOKED_AT)]
    stored(rows)
    with database.read() as session:
        found = nearby(session, lat=HERE[0], lon=HERE[1], at=moment)
    assert [near.number for near in found] == list(range(SHOWN))


def test_the_queue_is_ordered_by_priority_then_by_waiting_and_pages_lose_nobody(database, stored):
    rng, moment = random.Random(4), now()
    rows = [
        incident(place, at=moment - timedelta(seconds=rng.randrange(40)), priority=rng.choice([1, 2, 3]))
        for place in range(90)
    ]
    closed = [incident(100, at=moment, state="closed", closed_at=moment)]
    stored([row | {"closed_at": None} for row in rows] + closed)
    wanted = [
        row["id"] for row in sorted(rows, key=lambda row: (row["priority"], row["received_at"], row["id"]))
    ]
    seen, after = [], None
    with database.read() as session:
        while page := incident_queue.page(session, after=after, size=7):
            seen += page
            after = incident_queue.After.of(page[-1])
    assert [row["id"] for row in seen] == wanted
    assert seen[0]["place"] == "sekitar Api-Api, 4FMR+62"
    assert seen[0]["agencies"] == []
