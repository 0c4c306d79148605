"""A gateway that keeps what it was asked to ring, and a mail server that keeps letters: real servers on loopback."""

import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

TOKEN = "gateway-token"


@dataclass(frozen=True)
class Rang:
    """One ring as the gateway took it."""

    key: str
    channel: str
    to: str
    text: str


@dataclass
class FakePhone:
    """The telephone network: every ring is kept once by its key; `answers` are given first, one a request."""

    rings: list[Rang] = field(default_factory=list)
    requests: list[Rang] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.hold.set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/ring?site=bontang"

    def take(self, headers: Message, body: dict[str, str]) -> tuple[int, dict[str, str], dict[str, str]]:
        rang = Rang(headers["Idempotency-Key"], body["channel"], body["to"], body["text"])
        self.hold.wait(10)
        with self.guard:
            self.requests.append(rang)
            if headers["Authorization"] != f"Bearer {TOKEN}" or body["reference"] != rang.key:
                self.faults.append(rang.key)
            status, more = self.answers.pop(0) if self.answers else (202, {})
            if status in {200, 202} and any(ring.key == rang.key for ring in self.rings):
                status = 409
            elif status in {200, 202}:
                self.rings.append(rang)
        return status, more, {"id": f"g-{rang.key[-6:]}"}

    def heard(self, to: str) -> list[tuple[str, str]]:
        """Return what one number heard: by what, and which words."""
        return [(ring.channel, ring.text) for ring in self.rings if ring.to == to]

    def stop(self) -> None:
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()


def _handler(phone: FakePhone) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, more, answer = phone.take(self.headers, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@dataclass
class PostOffice:
    """A mail server of the plain kind; `refuse` is said to the next recipient instead of 250."""

    letters: list[tuple[str, str]] = field(default_factory=list)
    refuse: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _smtp(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def _smtp(office: PostOffice) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

        def handle(self) -> None:
            self.say("220 post office")
            to = ""
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "RCPT":
                    to = line.partition("<")[2].partition(">")[0]
                    self.say(office.refuse.pop(0) if office.refuse else "250 fine")
                elif verb == "DATA":
                    self.say("354 go on")
                    letter = []
                    while (text := self.rfile.readline().decode()) != ".\r\n":
                        letter.append(text)
                    office.letters.append((to, "".join(letter)))
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 fine")

    return Handler


@pytest.fixture
def telephone() -> Iterator[FakePhone]:
    """The telephone network."""
    made = FakePhone()
    yield made
    made.stop()


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """The mail server."""
    made = PostOffice()
    yield made
    made.stop()
