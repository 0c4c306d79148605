"""Serves the stream over a small HTTP/1.1 server: two paths, GET only, little memory for each connection."""

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
"""Longest request in bytes; a ticket and a console's headers need a quarter of it."""
HEAD_S = 5.0
"""Time for a whole request to arrive (slow-loris)."""
WAITING = 512
"""Most connections that may wait for their request at once."""
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
          405: "Method Not Allowed", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """The parsed head of a request."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]

    def first(self, name: str) -> str:
        """Return the first value of a query field, empty when missing."""
        return self.query.get(name, [""])[0]


def parse(head: bytes) -> Request | None:
    """Parse the head of a request (RFC 9112); return None when it is malformed."""
    try:
        request_line, *fields = head.decode("ascii").split("\r\n")
        method, target, version = request_line.split(" ")
        headers = {}
        for line in fields:
            name, colon, value = line.partition(":")
            if not name or name != name.strip() or not colon:
                return None
            headers[name.lower()] = value.strip()
        url = urlsplit(target)
        query = parse_qs(url.query, max_num_fields=8)
    except ValueError:
        return None
    if not version.startswith("HTTP/1.") or not target.startswith("/"):
        return None
    return Request(method, url.path, query, headers)


class Server:
    """Holds what all connections share: settings, the hub, and the connections that wait for a request."""

    def __init__(self, settings: Settings, secrets: Secrets, hub: Hub, alive: Callable[[], bool]) -> None:
        self.settings = settings
        self.secrets = secrets
        self.hub = hub
        self.alive = alive
        self.waiting: dict[Connection, float] = {}
        """Connections with an incomplete request → their deadline (monotonic)."""
        self._headers = security_headers(tls=settings.tls)

    def sweep(self) -> None:
        """Close connections whose request did not arrive within `HEAD_S`."""
        moment = time.monotonic()
        for connection in [item for item, until in self.waiting.items() if until <= moment]:
            connection.drop()

    def origin_allowed(self, request: Request) -> bool:
        """Return whether a request comes from the console: the public address, or this host's web port."""
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
        return f"HTTP/1.1 {status} {_REASONS[status]}\r\n{lines}\r\n".encode()


class Connection(asyncio.Protocol):
    """Handles one connection: a request, then an answer or a stream."""

    __slots__ = ("_head", "_server", "_transport", "last", "scope", "session_id")

    def __init__(self, server: Server) -> None:
        self._server = server
        self._head = b""
        self._transport: asyncio.Transport | None = None
        self.scope = ""
        self.session_id = ""
        self.last = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start waiting for the request."""
        self._transport = transport  # type: ignore[assignment]
        if len(self._server.waiting) >= WAITING:
            oldest = next(iter(self._server.waiting))
            del self._server.waiting[oldest]
            oldest.drop()
        self._server.waiting[self] = time.monotonic() + HEAD_S

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection from the server and the hub."""
        del exc
        self._transport = None
        self._server.waiting.pop(self, None)
        self._server.hub.leave(self)

    def data_received(self, data: bytes) -> None:
        """Collect the request, and ignore data after it."""
        if self not in self._server.waiting:
            return
        self._head += data
        if len(self._head) > HEAD_BYTES:
            self._answer(431)
        elif b"\r\n\r\n" in self._head:
            head, self._head = self._head.split(b"\r\n\r\n", 1)[0], b""
            del self._server.waiting[self]
            self._route(parse(head))

    @property
    def is_open(self) -> bool:
        """Return whether the connection can still be written to."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, data: bytes) -> None:
        """Write to the stream; drop a reader with more than `BUFFER` bytes unread."""
        transport = self._transport
        if transport is None:
            return
        transport.write(data)
        if transport.get_write_buffer_size() > BUFFER:
            self.drop()

    def drop(self) -> None:
        """Close the connection at once."""
        self._server.hub.leave(self)
        if self._transport is not None:
            self._transport.abort()

    def _route(self, request: Request | None) -> None:
        if request is None:
            self._answer(400)
        elif request.method != "GET":
            self._answer(405)
        elif request.path == "/healthz":
            self._answer(200 if self._server.alive() else 503)
        elif request.path == "/live":
            self._open(request)
        else:
            self._answer(404)

    def _open(self, request: Request) -> None:
        if not self._server.origin_allowed(request):
            self._answer(403)
            return
        origin = request.headers.get("origin")
        cors = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}
        ticket = check_ticket(self._server.secrets, request.first("ticket"))
        if ticket is None:
            self._answer(401, cors)
            return
        after = request.headers.get("last-event-id") or request.first("after")
        if after and not (after.isdecimal() and len(after) < 19):
            self._answer(400, cors)
            return
        self.scope, self.session_id = ticket.scope, ticket.session_id
        self.send(
            self._server.head(200, {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"} | cors)
            + b"retry: 1000\n\n"
        )
        self._server.hub.join(self, int(after) if after else None)

    def _answer(self, status: int, extra: dict[str, str] | None = None) -> None:
        body = _REASONS[status].encode() + b"\n"
        fields = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}
        self._server.waiting.pop(self, None)
        if self._transport is not None:
            self._transport.write(self._server.head(status, fields | (extra or {})) + body)
            self._transport.close()
