"""The stream's own small HTTP/1.1 server: two addresses, GET alone, little memory a connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from app.core.secrets import Secrets
from app.core.stream_ticket import check_ticket
from app.http.security_headers import security_headers
from app.stream.hub import BUFFER, Hub
from config import Settings

HEAD_BYTES = 8192
"""Longest request; a ticket and a console's headers need a quarter."""
HEAD_S = 5.0
"""Time for a whole request to arrive (slow-loris)."""
WAITING = 512
"""Connections that may be without a request at once."""
_WORDS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
          405: "Method Not Allowed", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]

    def one(self, name: str) -> str:
        """Return the first value of a query field, empty when missing."""
        return self.query.get(name, [""])[0]


def parse(head: bytes) -> Request | None:
    """Read a request's head (RFC 9112); None when it is none."""
    try:
        first, *rest = head.decode("ascii").split("\r\n")
        method, target, version = first.split(" ")
        headers = {}
        for line in rest:
            name, _, value = line.partition(":")
            if not name or name != name.strip() or not _:
                return None
            headers[name.lower()] = value.strip()
        url = urlsplit(target)
        query = parse_qs(url.query, max_num_fields=8)
    except ValueError:
        return None
    if not version.startswith("HTTP/1.") or not target.startswith("/"):
        return None
    return Request(method, url.path, query, headers)


class Door:
    """What every connection shares."""

    def __init__(self, settings: Settings, secrets: Secrets, hub: Hub, alive: Callable[[], bool]) -> None:
        self.settings = settings
        self.secrets = secrets
        self.hub = hub
        self.alive = alive
        self.waiting: dict[Connection, float] = {}
        """Connections whose request is not whole → when their time is up."""
        self._headers = security_headers(tls=settings.tls)

    def sweep(self) -> None:
        """Close connections that were too slow to ask."""
        moment = time.monotonic()
        for connection in [item for item, until in self.waiting.items() if until <= moment]:
            connection.drop()

    def origin_allowed(self, request: Request) -> bool:
        """Tell whether a browser asks from the console: the public address, or this host's web port."""
        origin = request.headers.get("origin")
        if origin is None:
            return True
        if self.settings.public_url:
            public = urlsplit(self.settings.public_url)
            return origin == f"{public.scheme}://{public.netloc}"
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        name = f"[{host}]" if ":" in host else host
        return origin == f"http://{name}:{self.settings.port}"

    def head(self, status: int, extra: dict[str, str]) -> bytes:
        """Return status line and headers."""
        fields = self._headers | {"Cache-Control": "no-store", "Connection": "close"} | extra
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return f"HTTP/1.1 {status} {_WORDS[status]}\r\n{lines}\r\n".encode()


class Connection(asyncio.Protocol):
    """One connection: a request, then an answer or a stream."""

    __slots__ = ("_door", "_head", "_transport", "last", "scope", "session_id")

    def __init__(self, door: Door) -> None:
        self._door = door
        self._head = b""
        self._transport: asyncio.Transport | None = None
        self.scope = ""
        self.session_id = ""
        self.last = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the request."""
        self._transport = transport  # type: ignore[assignment]
        if len(self._door.waiting) >= WAITING:
            oldest = next(iter(self._door.waiting))
            del self._door.waiting[oldest]
            oldest.drop()
        self._door.waiting[self] = time.monotonic() + HEAD_S

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        del exc
        self._transport = None
        self._door.waiting.pop(self, None)
        self._door.hub.leave(self)

    def data_received(self, data: bytes) -> None:
        """Collect the request; what comes after it is of no interest."""
        if self not in self._door.waiting:
            return
        self._head += data
        if len(self._head) > HEAD_BYTES:
            self._answer(431)
        elif b"\r\n\r\n" in self._head:
            head, self._head = self._head.split(b"\r\n\r\n", 1)[0], b""
            del self._door.waiting[self]
            self._ask(parse(head))

    @property
    def is_open(self) -> bool:
        """Tell whether anything can still be written."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, data: bytes) -> None:
        """Write to the stream; a reader that left too much unread is dropped."""
        transport = self._transport
        if transport is None:
            return
        transport.write(data)
        if transport.get_write_buffer_size() > BUFFER:
            self.drop()

    def drop(self) -> None:
        """Close at once."""
        self._door.hub.leave(self)
        if self._transport is not None:
            self._transport.abort()

    def _ask(self, request: Request | None) -> None:
        if request is None:
            self._answer(400)
        elif request.method != "GET":
            self._answer(405)
        elif request.path == "/healthz":
            self._answer(200 if self._door.alive() else 503)
        elif request.path == "/live":
            self._open(request)
        else:
            self._answer(404)

    def _open(self, request: Request) -> None:
        if not self._door.origin_allowed(request):
            self._answer(403)
            return
        origin = request.headers.get("origin")
        cors = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}
        ticket = check_ticket(self._door.secrets, request.one("ticket"))
        if ticket is None:
            self._answer(401, cors)
            return
        after = request.headers.get("last-event-id") or request.one("after")
        if after and not (after.isdecimal() and len(after) < 19):
            self._answer(400, cors)
            return
        self.scope, self.session_id = ticket.scope, ticket.session_id
        self.send(
            self._door.head(200, {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"} | cors)
            + b"retry: 1000\n\n"
        )
        self._door.hub.join(self, int(after) if after else None)

    def _answer(self, status: int, extra: dict[str, str] | None = None) -> None:
        body = _WORDS[status].encode() + b"\n"
        fields = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}
        self._door.waiting.pop(self, None)
        if self._transport is not None:
            self._transport.write(self._door.head(status, fields | (extra or {})) + body)
            self._transport.close()
