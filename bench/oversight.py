"""Measures the statistics of thirty days from the rollup, beside the incidents, with a million reports stored."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text, update

from app.core.clock import now, wita_day
from app.core.ids import new_id
from app.core.models import Event, EventHead
from app.incidents.models import Incident
from app.statistics import daily_rollup
from app.statistics.from_events import on_the_fly
from app.statistics.percentiles import answer
from app.statistics.query import last_days
from bench.installation import Installation, installation
from bench.rows import Row, percentile
from tests.support.system import free_ports

LIMIT_MS = 1.0
DAYS = 1_096
"""Days over which the reports are spread; the last thirty have their events too."""
AT_ONCE = 10_000
PACE_S = (
    ("opened", 9),
    ("forwarded", 45),
    ("accepted", 50),
    ("en_route", 70),
    ("on_scene", 330),
    ("closed", 2400),
)


def rows(*, quick: bool = False) -> list[Row]:
    """Measure both engines; `quick` stores a twentieth."""
    table: list[Row] = []
    for engine in ("sqlite", "postgresql"):
        with installation(engine, free_ports()) as place:
            stored = fill(place, 50_000 if quick else 1_000_000)
            while daily_rollup.step(place.database):
                pass
            table.append(_row(place, engine, stored))
    return table


def _row(place: Installation, engine: str, stored: int) -> Row:
    period = last_days(30)
    with place.database.read() as session:
        from_rollup, exact = daily_rollup.ask(session, period), answer(on_the_fly(session, period))
        fly_ms = _times_ms(lambda: answer(on_the_fly(session, period)), 3)
        days_ms = _times_ms(lambda: answer(daily_rollup.from_days(session, period, ("all", ""))), 20)
        p99 = percentile(_times_ms(lambda: daily_rollup.ask(session, period), 3000), 0.99)
    equal = exact == from_rollup
    return Row(
        f"30 days from the rollup, {engine}, {stored:,} reports",
        f"p99 {p99:.2f} ms",
        f"{LIMIT_MS} ms, equal to on the fly",
        p99 <= LIMIT_MS and equal,
        f"on the fly {min(fly_ms):.0f} ms, {min(fly_ms) / p99:,.0f} times; from the days "
        f"{percentile(days_ms, 0.5):.1f} ms; {exact.incidents:,} incidents, {'equal' if equal else 'NOT EQUAL'}",
    )


def fill(place: Installation, count: int) -> int:
    """Store `count` incidents, and the events of those of the last thirty days; return the number of reports."""
    dice, moment, seq = random.Random(112), now(), 0
    for start in range(0, count, AT_ONCE):
        incidents: list[dict[str, Any]] = []
        events: list[dict[str, Any]] = []
        for number in range(start, min(start + AT_ONCE, count)):
            at = moment - timedelta(days=0.05 + DAYS * (1 - number / count))
            incident = _incident(dice, at, number)
            incidents.append(incident)
            if moment - at < timedelta(days=31):
                for event in _events(dice, incident):
                    seq += 1
                    events.append(event | {"seq": seq})
        with place.database.write() as session:
            session.execute(insert(Incident), incidents)
            if events:
                session.execute(insert(Event), events)
                session.execute(update(EventHead).values(seq=seq))
    if not place.database.is_sqlite:
        with place.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    return count


def _incident(dice: random.Random, at: Any, number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "day": wita_day(at),
        "number": number,
        "kind": dice.choice(("fire", "flood", "accident", "wildlife")),
        "priority": 1,
        "state": "closed",
        "closed_at": at + timedelta(hours=1),
        "resolution": dice.choice(("resolved", "ghost", "prank")),
        "version": 7,
        "source": "gps",
        "kelurahan": dice.choice(("64.74.01.1006", "64.74.02.1001", "64.74.03.1001")),
        "kelurahan_exact": False,
        "inside_city": True,
        "reports": 1,
        "received_at": at,
        "open_within_s": 15,
        "accept_within_s": 60,
    }


def _events(dice: random.Random, incident: dict[str, Any]) -> list[dict[str, Any]]:
    at, agency = incident["received_at"], dice.choice(("damkar", "bpbd", "polres"))
    made = [("received", at)]
    for name, mean_s in PACE_S:
        at += timedelta(seconds=dice.expovariate(1 / mean_s))
        made.append((name, at))
    about = {"forwarded": f'{{"agencies":["{agency}"]}}'}
    return [
        {
            "at": moment,
            "name": name,
            "actor": "system",
            "incident_id": incident["id"],
            "data": about.get(name, f'{{"agency":"{agency}"}}'),
            "hash": "0",
        }
        for name, moment in made
    ]


def _times_ms(ask: Callable[[], object], count: int) -> list[float]:
    times = []
    for _ in range(count):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return times
