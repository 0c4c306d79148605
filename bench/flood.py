"""Measures a flood of pranks: 1,000 reports a minute from one phone, then from 500, among genuine reports."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable
from itertools import cycle

from sqlalchemy import func, select

from app.incidents.escalation.models import Cursor
from app.incidents.models import Incident
from app.incidents.trust.credibility import CROWD, FLOOD
from app.incidents.trust.verification_label import CURSOR
from app.reports.models import Report
from bench.crowd import Answers, at_random
from bench.installation import Installation, installation
from bench.intake import BODY, serving
from bench.load import HEAD
from bench.rows import Row, percentile
from bench.surge import ENGINES, behind
from tests.support.system import free_ports

A_MINUTE = 1000
OTHERS = 0.1
"""Share of genuine reports, each from a phone of its own."""
PHONES = 500
_PATIENCE_S = 60.0


def rows(*, quick: bool = False) -> list[Row]:
    """Measure both engines, with web, stream and worker as processes."""
    table: list[Row] = []
    for engine in ENGINES:
        for name, phones in (("one phone", 1), (f"{PHONES} phones", PHONES)):
            with (
                installation(engine, free_ports()) as place,
                serving(place),
                place.process("app.stream", place.settings.stream_port),
                place.process("app.worker.main", place.settings.port),
                behind(place) as lags,
            ):
                _wait_for_worker(place)
                answers = _send(place, phones, seconds=10 if quick else 60)
                labelled = _labelled(place, answers)
                what = f"{A_MINUTE:,} a minute from {name}, {engine}"
                table += [_row(what, answers, lags), _fair_row(what, phones, answers, labelled)]
    return table


def _wait_for_worker(place: Installation) -> None:
    """Wait until the worker reads the log, since it ignores reports from before its first read."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        with place.database.read() as session:
            if session.get_one(Cursor, CURSOR).seq >= 0:
                return
        time.sleep(0.2)


def _send(place: Installation, phones: int, *, seconds: float) -> Answers:
    rate = A_MINUTE / 60 / (1 - OTHERS)
    makers = {"flood": _maker(phones), "other": _maker(None)}
    return at_random(
        place.settings.port,
        makers,
        {"flood": 1 - OTHERS, "other": OTHERS},
        rate=rate,
        count=int(rate * seconds),
    )


def _maker(phones: int | None) -> Callable[[], bytes]:
    """Return a maker of reports from `phones` phones in turn, all over the city; None: from phones without an id."""
    names = cycle(
        [f"Siaga-Device: {uuid.uuid4()}.{uuid.uuid4().hex}\r\n" for _ in range(phones or 0)] or [""]
    )

    chance = random.Random(112)

    def make() -> bytes:
        report = json.loads(BODY)
        if phones is None or phones == 1:
            report["location"] |= {"lat": chance.uniform(0.08, 0.17), "lon": chance.uniform(117.42, 117.51)}
        else:  # similar reports nearby confirm each other, so this flood names no place
            report["location"] = {"source": "none"}
        body = json.dumps(report).encode()
        head = HEAD.format(key=uuid.uuid4(), length=len(body))
        return (head.removesuffix("\r\n") + next(names) + "\r\n").encode() + body

    return make


def _labelled(place: Installation, answers: Answers) -> tuple[int, int]:
    """Wait until the worker has checked all reports; return how many of the flood and of others it labelled."""
    until, last = time.monotonic() + _PATIENCE_S, (-1, -1)
    while time.monotonic() < until:
        with place.database.read() as session:
            query = (
                select(Report.device_id.is_not(None), func.count())
                .join(Incident, Incident.id == Report.incident_id)
                .where(Incident.doubt == 1)
                .group_by(Report.device_id.is_not(None))
            )
            counts = dict(session.execute(query).tuples().all())
        now = (counts.get(True, 0), counts.get(False, 0))
        if now == last and now[0] >= len(answers.took_s["flood"]) - CROWD:
            return now
        last = now
        time.sleep(3)
    return last


def _row(name: str, answers: Answers, lags: list[float]) -> Row:
    sent = sum(map(len, answers.took_s.values()))
    stored = sum(counts["201"] for counts in answers.statuses.values())
    p99_s = percentile(lags, 0.99) if lags else 99.0
    return Row(
        f"{name}: in the room, p99",
        f"{p99_s * 1000:.0f} ms; {stored:,} of {sent:,} stored, {len(lags):,} seen",
        "2 s, all",
        p99_s <= 2 and stored == sent == len(lags),
    )


def _fair_row(name: str, phones: int, answers: Answers, labelled: tuple[int, int]) -> Row:
    """Require labels on all but the first reports of the flood's phones, and on no genuine report."""
    floods, others = len(answers.took_s["flood"]), len(answers.took_s["other"])
    wanted = floods - (FLOOD - 1 if phones == 1 else CROWD)
    return Row(
        f"{name}: labelled",
        f"{labelled[0]:,} of {floods:,}, and {labelled[1]} of {others} of others",
        f"{max(wanted, 0):,}, and 0",
        labelled[0] >= wanted and not labelled[1],
    )
