"""Measures a wave of reports, ten minutes of high load, and three times the load that can be answered."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import cycle
from typing import Any

from app.accounts import sessions
from app.accounts.known_browsers import ClientFingerprint
from app.accounts.models import Staff
from app.core.clock import now
from app.core.ids import new_id
from bench.crowd import Answers, Maker, at_random, in_turn
from bench.installation import Installation, installation
from bench.intake import BODY, load, serving
from bench.live import listen
from bench.load import HEAD
from bench.rows import Row, percentile
from tests.support.system import free_ports

ENGINES = ("sqlite", "postgresql")
WAVE = (2000, 2000 / 60)
"""Number of reports, and reports a second."""
MANY = (30_000, 50.0)
MIX = {"report": 0.2, "polling": 0.5, "statistics": 0.1, "photo": 0.2}
"""Shares of the kinds of requests under overload."""
TIMES = 3
_AT = re.compile(rb'"seq":\d+,"at":"([^"]+)","name":"received"')


def rows(*, quick: bool = False) -> list[Row]:
    """Measure both engines."""
    table: list[Row] = []
    for engine in ENGINES:
        with installation(engine, free_ports()) as place, serving(place):
            with place.process("app.stream", place.settings.stream_port), behind(place) as lags:
                for name, (count, rate) in (("wave", WAVE), ("many", MANY)):
                    lags.clear()
                    came = load(place, "arrivals", int(rate * 8) if quick else count, rate)
                    time.sleep(1)
                    table += _wave_rows(f"{name} of {rate:.0f}/s, {engine}", came, list(lags))
            table.append(_overload_row(engine, place, seconds=4 if quick else 20))
    return table


@contextmanager
def behind(place: Installation) -> Iterator[list[float]]:
    """Read the stream as a console does; the list fills with seconds from each report's event until it arrived."""
    lags: list[float] = []
    console = listen(place)
    ended = threading.Event()

    def collect_lags() -> None:
        rest = b""
        while not ended.is_set():
            try:
                rest += console.recv(1 << 20)
            except TimeoutError:
                continue
            came = time.time()
            whole, rest = rest[: rest.rfind(b"\n\n") + 2], rest[rest.rfind(b"\n\n") + 2 :]
            lags.extend(
                came - datetime.fromisoformat(found.decode()).timestamp() for found in _AT.findall(whole)
            )

    console.settimeout(0.2)
    reader = threading.Thread(target=collect_lags, daemon=True)
    reader.start()
    try:
        yield lags
    finally:
        ended.set()
        reader.join()
        console.close()


def _wave_rows(name: str, came: dict[str, Any], lags: list[float]) -> list[Row]:
    p99_s = percentile(came["took_ms"], 0.99) / 1000
    return [
        Row(
            f"{name}: acknowledged, p99",
            f"{p99_s * 1000:.0f} ms, {came['errors']} errors in {came['count']:,}",
            "2 s, 0 errors",
            p99_s <= 2 and not came["errors"],
        ),
        Row(
            f"{name}: console behind, at most",
            f"{max(lags, default=99.0):.2f} s, {len(lags):,} seen",
            "2 s, all",
            len(lags) == came["count"] and max(lags, default=99.0) <= 2,
        ),
    ]


def _overload_row(engine: str, place: Installation, *, seconds: float) -> Row:
    makers = _makers(place)
    port = place.settings.port
    can = in_turn(port, makers, MIX, clients=6, seconds=seconds / 2)
    answers = at_random(port, makers, MIX, rate=can * TIMES, count=int(can * TIMES * seconds))
    reports = answers.statuses["report"]
    kept = reports["201"] / reports.total()
    p99_s = percentile(answers.took_s["report"], 0.99)
    return Row(
        f"{TIMES} times what can be answered, {engine}: reports taken",
        f"{kept:.4%} of {reports.total():,}, p99 {p99_s * 1000:.0f} ms",
        "99.99 %",
        kept >= 0.9999 and not _faults(answers),
        f"{can:,.0f}/s can be answered; put off: {_put_off(answers)}",
    )


def _put_off(answers: Answers) -> str:
    return ", ".join(
        f"{name} {answers.statuses[name]['503'] / answers.statuses[name].total():.0%}"
        for name in MIX
        if name != "report"
    )


def _faults(answers: Answers) -> int:
    return sum(
        counts[status]
        for counts in answers.statuses.values()
        for status in counts
        if status not in {"200", "201", "503"}
    )


def _makers(place: Installation) -> dict[str, Maker]:
    first = urllib.request.Request(
        f"http://127.0.0.1:{place.settings.port}/api/v1/reports",
        BODY,
        {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())},
    )
    with urllib.request.urlopen(first, timeout=30) as answer:
        receipt = json.load(answer)
    bearer = f"Authorization: Bearer {receipt['track_token']}\r\n"
    cookie = f"Cookie: siaga={_supervisor(place)}\r\n"
    polling = _request("GET", f"/api/v1/reports/{receipt['id']}", bearer)
    statistics = _request("GET", "/console/pengawas/statistik", cookie)

    photos = cycle([uuid.uuid4() for _ in range(3)])

    def report() -> bytes:
        return HEAD.format(key=uuid.uuid4(), length=len(BODY)).encode() + BODY

    def photo() -> bytes:
        body = json.dumps({"id": str(next(photos)), "bytes": 300_000, "type": "image/jpeg"}).encode()
        return _request("POST", f"/api/v1/reports/{receipt['id']}/media", bearer, body)

    return {"report": report, "polling": lambda: polling, "statistics": lambda: statistics, "photo": photo}


def _request(method: str, path: str, header: str, body: bytes = b"") -> bytes:
    about = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n{header}{about}\r\n".encode() + body
    )


def _supervisor(place: Installation) -> str:
    staff_id = new_id()
    with place.database.write() as session:
        session.add(
            Staff(
                id=staff_id, name=f"bench-{staff_id[-12:]}", role="supervisor", password_hash="none",
                locale="id", created_at=now(),
            )
        )  # fmt: skip
        session.flush()
        fingerprint = ClientFingerprint(address_hash="", browser="bench")
        return sessions.start(session, staff_id, fingerprint=fingerprint, second_factor=True)
