"""Loads one address from a process of its own (`python -m bench.load PORT BODIES HOW…`) and prints figures as JSON.

It uses HTTP over bare sockets with `select`, about 25 µs of processor a request, so that the server on the other core
is the limit.
"""

from __future__ import annotations

import json
import random
import selectors
import socket
import sys
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

HEAD = (
    "POST /api/v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "Accept: */*\r\nAccept-Language: id-ID,id;q=0.9\r\nUser-Agent: bench\r\nIdempotency-Key: {key}\r\n"
    "Content-Length: {length}\r\n\r\n"
)


@dataclass
class Figures:
    """Response times and errors of one run; times in seconds."""

    took_s: list[float] = field(default_factory=list)
    errors: int = 0
    first_error: str = ""

    def count(self, status: bytes, took_s: float) -> None:
        self.took_s.append(took_s)
        if status != b"201":
            self.errors += 1
            self.first_error = self.first_error or status.decode()


class Client:
    """A persistent connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self.got = b""

    def send(self, request: bytes, began: float) -> None:
        self.began, self.got = began, b""
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Return the status once the whole answer has arrived, None before."""
        piece = self.socket.recv(65536)
        self.got += piece
        if not piece:
            return b"closed"
        head, end, rest = self.got.partition(b"\r\n\r\n")
        if not end:
            return None
        lowered = head.lower()
        at = lowered.index(b"content-length: ") + 16
        length = int(lowered[at : lowered.find(b"\r\n", at) if b"\r\n" in lowered[at:] else None])
        return head[9:12] if len(rest) >= length else None


def requests(bodies: list[bytes], count: int) -> deque[bytes]:
    """Return encoded requests, each with its own key."""
    chance = random.Random(112)
    made: deque[bytes] = deque()
    for _ in range(count):
        body = chance.choice(bodies)
        made.append(HEAD.format(key=uuid.uuid4(), length=len(body)).encode() + body)
    return made


def closed(port: int, waiting: deque[bytes], clients: int) -> tuple[Figures, float]:
    """Send requests from clients that each wait for the answer before the next; return figures and seconds."""
    figures = Figures()
    selector = selectors.DefaultSelector()
    crowd = [Client(port) for _ in range(clients)]
    began = time.perf_counter()
    for client in crowd:
        client.send(waiting.popleft(), time.perf_counter())
        selector.register(client.socket, selectors.EVENT_READ, client)
    busy = len(crowd)
    while busy:
        for key, _ in selector.select():
            client = cast("Client", key.data)
            status = client.receive()
            if status is None:
                continue
            now = time.perf_counter()
            figures.count(status, now - client.began)
            if waiting and status != b"closed":
                client.send(waiting.popleft(), now)
            else:
                selector.unregister(client.socket)
                busy -= 1
    return figures, time.perf_counter() - began


def arrivals(port: int, waiting: deque[bytes], rate: float) -> tuple[Figures, float]:
    """Send requests at random times (Poisson), whether or not earlier ones were answered; times count from arrival."""
    figures = Figures()
    selector = selectors.DefaultSelector()
    chance = random.Random(2112)
    idle = [Client(port) for _ in range(64)]
    for client in idle:
        selector.register(client.socket, selectors.EVENT_READ, client)
    began = due = time.perf_counter()
    busy = 0
    while waiting or busy:
        now = time.perf_counter()
        while waiting and due <= now and idle:
            client = idle.pop()
            client.send(waiting.popleft(), due)
            busy += 1
            due += chance.expovariate(rate)
        pause = max(due - time.perf_counter(), 0.0) if waiting and idle else None
        for key, _ in selector.select(pause):
            client = key.data
            if client in idle:  # the server closes an idle connection
                idle[idle.index(client)] = _replace(client, port, selector)
                continue
            status = client.receive()
            if status is None:
                continue
            figures.count(status, time.perf_counter() - client.began)
            busy -= 1
            idle.append(_replace(client, port, selector) if status == b"closed" else client)
    return figures, time.perf_counter() - began


def _replace(client: Client, port: int, selector: selectors.BaseSelector) -> Client:
    """Return a new connection in place of a closed one."""
    selector.unregister(client.socket)
    client.socket.close()
    fresh = Client(port)
    selector.register(fresh.socket, selectors.EVENT_READ, fresh)
    return fresh


def main() -> None:
    port, file, how, count, more = (
        int(sys.argv[1]),
        Path(sys.argv[2]),
        sys.argv[3],
        int(sys.argv[4]),
        sys.argv[5],
    )
    waiting = requests(file.read_bytes().splitlines(), count)
    figures, seconds = (
        closed(port, waiting, int(more)) if how == "closed" else arrivals(port, waiting, float(more))
    )
    sys.stdout.write(
        json.dumps(
            {
                "count": len(figures.took_s),
                "errors": figures.errors,
                "first_error": figures.first_error,
                "seconds": seconds,
                "took_ms": [round(took * 1000, 3) for took in figures.took_s],
            }
        )
    )


if __name__ == "__main__":
    main()
