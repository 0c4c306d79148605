"""Measures the search for nearby incidents and the first page of the queue, with a million incidents stored."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, text

from app.core.clock import now
from app.core.ids import new_id
from app.geo.grid import cell_of
from app.incidents.duplicates.nearby import nearby
from app.incidents.models import Incident
from app.incidents.queue import queue as incident_queue
from bench.installation import Installation, installation
from bench.rows import Row, percentile
from tests.support.system import free_ports

HERE = (0.1331, 117.4902)
OPEN = 200
BURST = 5000
AT_ONCE = 10_000


def rows(*, quick: bool = False) -> list[Row]:
    """Measure both engines; `quick` stores a twentieth."""
    table: list[Row] = []
    for engine in ("sqlite", "postgresql"):
        with installation(engine, free_ports()) as place:
            stored, moment = fill(place, 50_000 if quick else 1_000_000)
            for what, ask, limit_ms in (
                ("nearby in 300 m and 30 min, burst of 5,000", partial(_around, moment=moment), 1.0),
                ("queue page", incident_queue.page, 0.6),
            ):
                p99 = percentile(_times_ms(place, ask, 500 if quick else 3000), 0.99)
                table.append(
                    Row(
                        f"{what}, {engine}, {stored:,} stored",
                        f"p99 {p99:.2f} ms",
                        f"{limit_ms} ms",
                        p99 <= limit_ms,
                    )
                )
    return table


def fill(place: Installation, count: int) -> tuple[int, datetime]:
    """Store `count` incidents of three years, the newest in a burst around one point; return number and time."""
    dice, moment = random.Random(112), now()
    for start in range(0, count, AT_ONCE):
        with place.database.write() as session:
            session.execute(
                insert(Incident),
                [_incident(dice, moment, at) for at in range(start, min(start + AT_ONCE, count))],
            )
    if not place.database.is_sqlite:
        with place.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE incident"))
    return count, moment


def _incident(dice: random.Random, moment: datetime, place: int) -> dict[str, Any]:
    burst, waits = place < BURST, place < OPEN
    lat = HERE[0] + dice.gauss(0, 0.002 if burst else 0.03)
    lon = HERE[1] + dice.gauss(0, 0.002 if burst else 0.03)
    at = moment - timedelta(minutes=dice.uniform(0, 25) if burst else dice.uniform(30, 1_500_000))
    return {
        "id": new_id(),
        "day": at.strftime("%Y-%m-%d"),
        "number": place,
        "kind": dice.choice(("fire", "flood", "accident", "wildlife")),
        "priority": dice.choice((1, 2, 3)),
        "state": "received" if waits else "closed",
        "closed_at": None if waits else at,
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
        "open_within_s": 15,
        "accept_within_s": 60,
    }


def _around(session: Any, moment: datetime) -> object:
    return nearby(session, lat=HERE[0], lon=HERE[1], at=moment)


def _times_ms(place: Installation, ask: Callable[[Any], object], count: int) -> list[float]:
    times = []
    with place.database.read() as session:
        for _ in range(count + 50):
            began = time.perf_counter()
            ask(session)
            times.append((time.perf_counter() - began) * 1000)
    return times[50:]
