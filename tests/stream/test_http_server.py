"""Who may listen, and what the stream's own small server does with everybody else."""

import asyncio
import contextlib
import resource
import socket
import time

import pytest

from app.core.stream_ticket import make_ticket
from app.stream.http_server import HEAD_S, Connection, Server
from app.stream.hub import Hub
from tests.support.streams import run_apart

pytestmark = pytest.mark.engine("sqlite")


def test_without_a_ticket_there_is_nothing_to_hear(room):
    for word in ("", "x", "a~b~operator~9999999999~" + "0" * 64):
        answer = room.ask(f"GET /live?ticket={word} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert answer.status == 401


def test_only_the_console_s_pages_may_listen(room):
    for origin in (
        "http://evil.example",
        "null",
        "http://127.0.0.1:1",
        f"https://127.0.0.1:{room.settings.port}",
    ):
        assert room.listen(headers=f"Origin: {origin}\r\n").status == 403
    origin = f"http://127.0.0.1:{room.settings.port}"
    answer = room.listen(headers=f"Origin: {origin}\r\n")
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, origin)
    assert "access-control-allow-credentials" not in answer.headers


def test_every_answer_carries_the_headers_of_the_house(room):
    for answer in (
        room.listen(),
        room.ask(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        room.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
        room.ask(b"nonsense\r\n\r\n"),
    ):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /other HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405),
        (b"nonsense\r\n\r\n", 400),
        (b"GET /live HTTP/2.0\r\n\r\n", 400),
        (b"GET http://evil.example/live HTTP/1.1\r\n\r\n", 400),
        (b"GET /live HTTP/1.1\r\nbroken header\r\n\r\n", 400),
        (b"GET /live HTTP/1.1\r\n : x\r\n\r\n", 400),
        (b"GET /live?" + b"a=1&" * 50 + b" HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
        (b"GET /live HTTP/1.1\r\nCookie: " + b"x" * 9000, 431),
    ],
)
def test_what_is_no_request_of_ours_is_refused(room, request_, status):
    assert room.ask(request_).status == status


def test_a_place_that_is_no_number_is_refused(room):
    word = make_ticket(room.secrets, room.ticket())
    for after in ("-1", "x", "1e3", "9" * 40, "%00"):
        answer = room.ask(f"GET /live?ticket={word}&after={after} HTTP/1.1\r\n\r\n".encode())
        assert answer.status == 400


def test_who_asks_too_slowly_is_dropped_at_the_next_look(settings, secrets):
    """A request may take five seconds; the test lets them pass on the server's own list."""

    async def drop():
        hub = Hub(0, lambda after: [])
        server = Server(settings, secrets, hub, lambda: True)
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(lambda: Connection(server), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*listener.sockets[0].getsockname())
        writer.write(b"GET /live HTTP/1.1\r\n")
        for _ in range(2000):
            await asyncio.sleep(0.01)
            if server.waiting:
                break
        ((connection, until),) = server.waiting.items()
        assert 0 < until - time.monotonic() <= HEAD_S
        server.sweep()
        assert connection.is_open
        server.waiting[connection] = time.monotonic()
        server.sweep()
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        listener.close()
        return len(server.waiting)

    assert run_apart(asyncio.wait_for(drop(), 30)) == 0


@pytest.mark.long
def test_who_asks_too_slowly_is_sent_away(room):
    quiet = socket.create_connection(("127.0.0.1", room.settings.stream_port), timeout=10)
    began = time.monotonic()
    quiet.sendall(b"GET /live HTTP/1.1\r\n")
    with contextlib.suppress(ConnectionError):
        assert quiet.recv(100) == b""
    assert 3 < time.monotonic() - began < 8


def test_a_crowd_without_requests_does_not_lock_consoles_out(room):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    crowd = [
        socket.create_connection(("127.0.0.1", room.settings.stream_port))
        for _ in range(min(600, limit // 2))
    ]
    assert room.listen().next().event == "heartbeat"
    for item in crowd:
        item.close()


def test_it_ends_at_once_when_told(room):
    console = room.listen()
    room.process.terminate()
    assert console.ended() < 3
    assert room.process.wait(30) == 0
    room.start()
