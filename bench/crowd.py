"""Sends mixed requests at random times or from a few clients, and counts statuses and response times by kind."""

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
"""Most requests in flight; a later one waits for a free connection, and its waiting time counts."""


@dataclass
class Answers:
    """Statuses and response times by kind of request; times in seconds from arrival."""

    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    took_s: dict[str, list[float]] = field(default_factory=dict)

    def count(self, kind: str, status: str, took_s: float) -> None:
        self.statuses.setdefault(kind, Counter())[status] += 1
        self.took_s.setdefault(kind, []).append(took_s)


class KindClient(Client):
    """A connection with the kind of its current request."""

    kind = ""


Maker = Callable[[], bytes]


def at_random(
    port: int, makers: Mapping[str, Maker], shares: Mapping[str, float], *, rate: float, count: int
) -> Answers:
    """Send `count` requests at random times, `rate` a second on average, whether or not earlier ones were answered."""
    chance = random.Random(112)
    kinds = deque(chance.choices(list(shares), list(shares.values()), k=count))
    answers, poll = Answers(), selectors.DefaultSelector()
    idle = [_connected(port, poll) for _ in range(CONNECTIONS)]
    due = time.perf_counter()
    busy = 0
    while kinds or busy:
        while kinds and idle and due <= time.perf_counter():
            client = idle.pop()
            client.kind = kinds.popleft()
            client.send(makers[client.kind](), due)
            busy += 1
            due += chance.expovariate(rate)
        pause = max(due - time.perf_counter(), 0.0) if kinds and idle else None
        for key, _ in poll.select(pause):
            client = key.data
            if client in idle:  # the server closes an idle connection
                poll.unregister(client.socket)
                client.socket.close()
                idle[idle.index(client)] = _connected(port, poll)
                continue
            status = client.receive()
            if status is None:
                continue
            busy -= 1
            answers.count(client.kind, status.decode(), time.perf_counter() - client.began)
            if status == b"closed":
                poll.unregister(client.socket)
                client = _connected(port, poll)
            idle.append(client)
    for key in list(poll.get_map().values()):
        key.data.socket.close()
    return answers


def in_turn(
    port: int, makers: Mapping[str, Maker], shares: Mapping[str, float], *, clients: int, seconds: float
) -> float:
    """Let each client send its next request on the answer to its last; return answers a second."""
    chance = random.Random(211)
    poll = selectors.DefaultSelector()
    began = time.perf_counter()
    crowd = [_connected(port, poll) for _ in range(clients)]
    answered = 0

    def send(client: KindClient) -> None:
        client.kind = chance.choices(list(shares), list(shares.values()))[0]
        client.send(makers[client.kind](), time.perf_counter())

    for connection in crowd:
        send(connection)
    while time.perf_counter() - began < seconds:
        for key, _ in poll.select(1.0):
            status = key.data.receive()
            if status is None:
                continue
            if status[:1] != b"2":
                raise RuntimeError(f"{key.data.kind}: {status.decode()}")
            answered += 1
            send(key.data)
    for connection in crowd:
        connection.socket.close()
    return answered / (time.perf_counter() - began)


def _connected(port: int, poll: selectors.BaseSelector) -> KindClient:
    client = KindClient(port)
    poll.register(client.socket, selectors.EVENT_READ, client)
    return client
