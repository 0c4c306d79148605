"""Measures the time from a commit to operators' browsers, and the memory of an idle stream."""

from __future__ import annotations

import random
import select
import socket
import time
from pathlib import Path
from urllib.parse import quote

from app.accounts.models import Staff, StaffSession
from app.core.clock import now
from app.core.ids import new_id
from app.core.stream_ticket import ROOM, Ticket, make_ticket
from app.eventlog.log import NewEvent, append
from bench.installation import Installation, installation
from bench.rows import Row, percentile
from tests.support.system import free_ports

ENGINES = ("sqlite", "postgresql")


def rows(*, quick: bool = False) -> list[Row]:
    """Measure delivery to 50 and 500 streams on both engines, and the memory of an idle stream."""
    table: list[Row] = []
    for engine in ENGINES:
        with installation(engine, free_ports()) as place:
            port = place.settings.stream_port
            with place.process("app.stream", port) as process:
                few, _ = deliver(place, streams=50, events=60 if quick else 300)
                _, last = deliver(place, streams=500, events=40 if quick else 200)
                each_kb = idle_kb(place, process.pid, streams=300 if quick else 1000)
        table += [
            _time_row(f"commit to browser, {engine}, 50 streams, p99", few, 10.0),
            _time_row(f"commit to browser, {engine}, 500 streams, last client p99", last, 40.0),
            Row(f"idle stream, {engine}", f"{each_kb:.1f} KB", "4 KB", each_kb <= 4.0),
        ]
    return table


def deliver(place: Installation, *, streams: int, events: int) -> tuple[list[float], list[float]]:
    """Commit events one by one; return seconds until each stream had each event, and until the last stream had it."""
    consoles = [listen(place) for _ in range(streams)]
    poll = select.epoll()
    by_number = {console.fileno(): console for console in consoles}
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    time.sleep(0.3)
    each: list[float] = []
    last: list[float] = []
    for _ in range(events):
        time.sleep(random.uniform(0.005, 0.03))
        with place.database.write() as session:
            (seq,) = append(session, NewEvent(name="opened", at=now(), actor="system"))
        began = time.perf_counter()
        took = _until_all(poll, by_number, f"id: {seq}\n".encode(), began)
        each += took
        last.append(max(took))
    for console in consoles:
        console.close()
    time.sleep(0.3)
    return each, last


def idle_kb(place: Installation, pid: int, *, streams: int) -> float:
    """Return the private memory that an open stream adds to the process, in KB."""
    warm = [listen(place) for _ in range(50)]
    time.sleep(0.5)
    before = _own_kb(pid)
    consoles = [listen(place) for _ in range(streams)]
    time.sleep(1.0)
    grown = _own_kb(pid) - before
    for console in (*warm, *consoles):
        console.close()
    return max(grown, 0) / streams


def _until_all(
    poll: select.epoll, consoles: dict[int, socket.socket], mark: bytes, began: float
) -> list[float]:
    took: list[float] = []
    while len(took) < len(consoles):
        for number, _ in poll.poll(10):
            if mark in consoles[number].recv(65536):
                took.append(time.perf_counter() - began)
    return took


def listen(place: Installation) -> socket.socket:
    staff_id = new_id()
    ticket = Ticket(staff_id, f"bench-{staff_id}", ROOM)
    with place.database.write() as session:
        session.add(
            Staff(
                id=staff_id,
                name=f"bench-{staff_id[-12:]}",
                role="operator",
                password_hash="none",
                locale="id",
                created_at=now(),
            )
        )
        session.flush()
        session.add(StaffSession(id=ticket.session_id, staff_id=staff_id, created_at=now(), seen_at=now()))
    console = socket.create_connection(("127.0.0.1", place.settings.stream_port))
    word = quote(make_ticket(place.secrets, ticket))
    console.sendall(f"GET /live?ticket={word} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    got = b""
    while b"event: heartbeat" not in got:
        got += console.recv(65536)
    return console


def _own_kb(pid: int) -> int:
    """Return the private memory of a process, in KB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_"))


def _time_row(what: str, seconds: list[float], limit_ms: float) -> Row:
    p99_ms = percentile(seconds, 0.99) * 1000
    return Row(
        what,
        f"{p99_ms:.1f} ms",
        f"{limit_ms:.0f} ms",
        p99_ms <= limit_ms,
        f"p50 {percentile(seconds, 0.5) * 1000:.1f} ms",
    )
