"""Many who want different things at once, each arriving at random: what every kind of them was told, and when."""

from __future__ import annotations

import random
import selectors
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bench.load import Client

CONNECTIONS: Final = 256
"""More may not wait at once; who comes then waits for one to be free, and that time counts."""


@dataclass
class Told:
    """What a crowd was told; times in seconds from arrival."""

    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    took_s: dict[str, list[float]] = field(default_factory=dict)

    def count(self, kind: str, status: str, took_s: float) -> None:
        self.statuses.setdefault(kind, Counter())[status] += 1
        self.took_s.setdefault(kind, []).append(took_s)


class Errand(Client):
    """A connection with what it was sent for."""

    kind = ""


Maker = Callable[[], bytes]


def at_random(
    port: int, makers: Mapping[str, Maker], shares: Mapping[str, float], *, rate: float, count: int
) -> Told:
    """Send `count` requests, `rate` a second on average, whether or not those before were answered."""
    chance = random.Random(112)
    kinds = deque(chance.choices(list(shares), list(shares.values()), k=count))
    told, poll = Told(), selectors.DefaultSelector()
    idle = [_connected(port, poll) for _ in range(CONNECTIONS)]
    due = time.perf_counter()
    busy = 0
    while kinds or busy:
        while kinds and idle and due <= time.perf_counter():
            first = idle.pop()
            first.kind = kinds.popleft()
            first.send(makers[first.kind](), due)
            busy += 1
            due += chance.expovariate(rate)
        pause = max(due - time.perf_counter(), 0.0) if kinds and idle else None
        for key, _ in poll.select(pause):
            first = key.data
            if first in idle:  # the server ends a connection that waited long
                poll.unregister(first.socket)
                first.socket.close()
                idle[idle.index(first)] = _connected(port, poll)
                continue
            status = first.receive()
            if status is None:
                continue
            busy -= 1
            told.count(first.kind, status.decode(), time.perf_counter() - first.began)
            if status == b"closed":
                poll.unregister(first.socket)
                first = _connected(port, poll)
            idle.append(first)
    for key in list(poll.get_map().values()):
        key.data.socket.close()
    return told


def in_turn(
    port: int, makers: Mapping[str, Maker], shares: Mapping[str, float], *, clients: int, seconds: float
) -> float:
    """Let each of a few clients ask for its next thing when it has the last; return answers a second."""
    chance = random.Random(211)
    poll = selectors.DefaultSelector()
    began = time.perf_counter()
    crowd = [_connected(port, poll) for _ in range(clients)]
    answered = 0

    def send(first: Errand) -> None:
        first.kind = chance.choices(list(shares), list(shares.values()))[0]
        first.send(makers[first.kind](), time.perf_counter())

    for item in crowd:
        send(item)
    while time.perf_counter() - began < seconds:
        for key, _ in poll.select(1.0):
            status = key.data.receive()
            if status is None:
                continue
            if status[:1] != b"2":
                raise RuntimeError(f"{key.data.kind}: {status.decode()}")
            answered += 1
            send(key.data)
    for entry in crowd:
        entry.socket.close()
    return answered / (time.perf_counter() - began)


def _connected(port: int, poll: selectors.BaseSelector) -> Errand:
    first = Errand(port)
    poll.register(first.socket, selectors.EVENT_READ, first)
    return first
