"""The stream's real process, and consoles that listen to it over a plain socket."""

import asyncio
import json
import signal
import socket
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import psutil
import pytest
from sqlalchemy import text

from app.accounts.models import Staff, StaffSession
from app.core.clock import now
from app.core.db import Database
from app.core.ids import new_id
from app.core.secrets import Secrets
from app.core.stream_ticket import ROOM, Ticket, make_ticket
from app.eventlog.log import NewEvent, append
from config import Settings
from tests.support.commands import Program, environment_of
from tests.support.system import free_ports

Result = TypeVar("Result")


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine in a thread: the browsers' driver keeps a running loop in the thread of the tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass
class Message:
    """One message of an event stream."""

    event: str
    number: int | None
    data: dict[str, Any]


class Console:
    """One open connection; `status` and `headers` are those of the answer."""

    def __init__(self, port: int, request: bytes, *, timeout_s: float = 45.0, buffer: int = 0) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(timeout_s)
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.connect(("127.0.0.1", port))
        self._rest = b""
        self.status = 0
        self.headers: dict[str, str] = {}
        if request:
            self.socket.sendall(request)
            self._read_head()

    def _read_head(self) -> None:
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._receive()
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        first, *lines = head.decode().split("\r\n")
        self.status = int(first.split(" ")[1])
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    def _receive(self) -> bytes:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        return data

    def next(self) -> Message:
        """Return the next message; comments and `retry` are skipped.

        Raises:
            EOFError: the stream ended.
        """
        while True:
            while b"\n\n" not in self._rest:
                self._rest += self._receive()
            block, self._rest = self._rest.split(b"\n\n", 1)
            fields = dict(line.split(": ", 1) for line in block.decode().split("\n"))
            if "data" in fields:
                number = int(fields["id"]) if "id" in fields else None
                return Message(fields["event"], number, json.loads(fields["data"]))

    def events(self, count: int) -> list[Message]:
        """Return the next messages that carry a number."""
        found: list[Message] = []
        while len(found) < count:
            message = self.next()
            if message.number is not None:
                found.append(message)
        return found

    def ended(self) -> float:
        """Wait for the end of the stream; return how long it took."""
        began = time.monotonic()
        try:
            while True:
                self.next()
        except (EOFError, ConnectionError):
            return time.monotonic() - began

    def close(self) -> None:
        self.socket.close()


@dataclass
class Room:
    """A stream process on the test's database, and sign-ins to listen with."""

    settings: Settings
    secrets: Secrets
    database: Database
    process: Program | None = None
    consoles: list[Console] = field(default_factory=list)

    def start(self) -> "Room":
        environment = environment_of(
            SIAGA_DATA=str(self.settings.data),
            SIAGA_PORT=str(self.settings.port),
            SIAGA_SESSION_IDLE_MIN=str(self.settings.session_idle_min),
            DATABASE_URL=self.settings.database_url,
        )
        self.process = Program("app.stream", environment=environment, log=self.settings.data / "live.log")
        until = time.monotonic() + 90
        while True:
            try:
                if self.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status == 200:
                    return self
            except (OSError, EOFError):
                assert time.monotonic() < until, (self.settings.data / "live.log").read_text()
                time.sleep(0.02)

    def kill(self) -> None:
        """End it as a crash would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def hang_up(self) -> None:
        """Close every console."""
        while self.consoles:
            self.consoles.pop().close()

    def stop(self) -> int:
        self.hang_up()
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def ask(self, request: bytes, *, buffer: int = 0) -> Console:
        """Send a request of any form; `buffer`: bytes that the system keeps for who does not read."""
        self.consoles.append(Console(self.settings.stream_port, request, buffer=buffer))
        return self.consoles[-1]

    def ticket(self, scope: str = ROOM) -> Ticket:
        """Sign somebody in."""
        staff_id = new_id()
        with self.database.write() as session:
            session.add(
                Staff(
                    id=staff_id,
                    name=f"staff-{staff_id[-12:]}",
                    role="operator",
                    password_hash="none",
                    locale="id",
                    created_at=now(),
                )
            )
            session.flush()
            session.add(
                StaffSession(id=f"session-{staff_id}", staff_id=staff_id, created_at=now(), seen_at=now())
            )
        return Ticket(staff_id, f"session-{staff_id}", scope)

    def listen(
        self, after: int | None = None, *, ticket: Ticket | None = None, headers: str = "", buffer: int = 0
    ) -> Console:
        """Open a stream as a console does."""
        word = quote(make_ticket(self.secrets, ticket or self.ticket()))
        behind = "" if after is None else f"&after={after}"
        return self.ask(
            f"GET /live?ticket={word}{behind} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode(),
            buffer=buffer,
        )

    def serves(self, console: Console) -> bool:
        """Whether the process still holds its end of this connection."""
        assert self.process is not None
        address = console.socket.getsockname()
        ends = psutil.Process(self.process.pid).net_connections("tcp")
        return any(tuple(end.raddr) == address for end in ends)

    def happen(self, count: int = 1, *, incident_id: str | None = None, name: str = "opened") -> list[int]:
        """Append events in one transaction."""
        happenings = [
            NewEvent(name=name, at=now(), actor="system", incident_id=incident_id) for _ in range(count)
        ]
        with self.database.write() as session:
            return append(session, *happenings)

    def head(self) -> int:
        with self.database.read() as session:
            return int(session.execute(text("SELECT seq FROM event_head")).scalar_one())


@pytest.fixture
def room(engine_url: str, data_folder: Path, secrets: Secrets, database: Database) -> Iterator[Room]:
    """A running stream."""
    chosen = Settings(data=data_folder, database_url=engine_url, port=free_ports())
    made = Room(chosen, secrets, database).start()
    yield made
    made.stop()
