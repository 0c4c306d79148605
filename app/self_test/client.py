"""The test's way in and out: a report over HTTP as any phone sends it, and the stream as any console hears it."""

from __future__ import annotations

import http.client
import json
from typing import Any, Final
from urllib.parse import quote, urlsplit

from app.core.clock import now
from app.core.secrets import Secrets
from app.core.stream_ticket import Ticket, make_ticket
from app.self_test import HEADER, PURPOSE
from config import Settings

SCOPE: Final = "canary"
"""What the test may hear on the stream: that something has happened, never what."""
ANSWER_S: Final = 10.0
_REPORT: Final = {"kind": "other", "location": {"source": "none"}, "locale": "id"}
_ANYWHERE: Final = {"", "0.0.0.0", "::"}  # noqa: S104  compared with, never bound to


def send(settings: Settings, secrets: Secrets, key: str, words: str) -> str | None:
    """Send the report; return its id, None when it was not acknowledged."""
    body = json.dumps(_REPORT | {"description": words, "made_at": now().isoformat()})
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "Siaga-Device": f"{key}.{secrets.sign('canary-device', key)[:32]}",
        HEADER: secrets.sign(PURPOSE, key),
    }
    connection = _connect(_web(settings))
    try:
        connection.request("POST", f"{_path(_web(settings))}/api/v1/reports", body, headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        return str(told["id"]) if answer.status in {200, 201} else None
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return None
    finally:
        connection.close()


class Ear:
    """One open stream. Nothing that goes wrong with it is raised: it has heard, or it has not."""

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._address = _stream(settings)
        self._secrets = secrets
        self._connection: http.client.HTTPConnection | None = None
        self._answer: http.client.HTTPResponse | None = None
        self.heard = 0
        """The last number that was told here."""

    def listen(self, after: int | None = None) -> bool:
        """Open the stream, from `after` on or from here on; tell whether it is open."""
        self.close()
        ticket = make_ticket(self._secrets, Ticket("canary", "canary", SCOPE))
        query = f"?ticket={quote(ticket)}" + ("" if after is None else f"&after={after}")
        self._connection = _connect(self._address)
        try:
            self._connection.request("GET", _path(self._address) + query)
            self._answer = self._connection.getresponse()
            return self._answer.status == http.HTTPStatus.OK and self._read() is not None
        except (OSError, http.client.HTTPException):
            return False

    def hear(self) -> bool:
        """Read the next message; False when there is none: the stream was closed, or is silent."""
        try:
            told = self._read()
        except (OSError, http.client.HTTPException, ValueError):
            return False
        if told is not None and told.get("event") in {"pass", "incident"}:
            self.heard = max(self.heard, int(told["seq"]))
        return told is not None

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()

    def _read(self) -> dict[str, Any] | None:
        """Return one message; None at the end of the stream."""
        told: dict[str, Any] = {}
        while self._answer is not None and (line := self._answer.readline()):
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                told["event"] = value
            elif name == "data":
                return told | {"seq": json.loads(value)["seq"]}
        return None


def _web(settings: Settings) -> str:
    return settings.canary_url.rstrip("/") or f"http://{_host(settings)}:{settings.port}"


def _stream(settings: Settings) -> str:
    """Return the stream's address, beside the web's or as browsers see it."""
    if not settings.canary_url:
        return f"http://{_host(settings)}:{settings.stream_port}/live"
    if settings.live_url.startswith("http"):
        return settings.live_url
    return settings.canary_url.rstrip("/") + (settings.live_url or "/live")


def _host(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in _ANYWHERE else settings.host
    return f"[{host}]" if ":" in host else host


def _connect(address: str) -> http.client.HTTPConnection:
    url = urlsplit(address)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.hostname or "", url.port, timeout=ANSWER_S)


def _path(address: str) -> str:
    return urlsplit(address).path.rstrip("/")
