"""Sends the test report over HTTP as a phone does, and reads the stream as a console does."""

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
"""Stream scope of the test: the numbers of events, without their content."""
ANSWER_S: Final = 10.0
_REPORT: Final = {"kind": "other", "location": {"source": "none"}, "locale": "id"}
_ANYWHERE: Final = {"", "0.0.0.0", "::"}  # noqa: S104  only compared with


def send(settings: Settings, secrets: Secrets, key: str, words: str) -> str | None:
    """Send the test report; return its id, None when it was not acknowledged."""
    report = json.dumps(_REPORT | {"description": words, "made_at": now().isoformat()})
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "Siaga-Device": f"{key}.{secrets.sign('canary-device', key)[:32]}",
        HEADER: secrets.sign(PURPOSE, key),
    }
    connection = _connect(_web(settings))
    try:
        connection.request("POST", f"{_path(_web(settings))}/api/v1/reports", report, headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        return str(body["id"]) if answer.status in {200, 201} else None
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return None
    finally:
        connection.close()


class StreamReader:
    """Holds one open stream. Connection faults are not raised: `last_seq` shows what arrived."""

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._address = _stream(settings)
        self._secrets = secrets
        self._connection: http.client.HTTPConnection | None = None
        self._answer: http.client.HTTPResponse | None = None
        self.last_seq = 0
        """Number of the last event that arrived."""

    def open(self, after: int | None = None) -> bool:
        """Open the stream after event `after`, or from now on; return whether it is open."""
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

    def read_message(self) -> bool:
        """Read the next message; return False when the stream was closed or stays silent for `ANSWER_S`."""
        try:
            message = self._read()
        except (OSError, http.client.HTTPException, ValueError):
            return False
        if message is not None and message.get("event") in {"pass", "incident"}:
            self.last_seq = max(self.last_seq, int(message["seq"]))
        return message is not None

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _read(self) -> dict[str, Any] | None:
        """Return the next message; None at the end of the stream."""
        message: dict[str, Any] = {}
        while self._answer is not None and (line := self._answer.readline()):
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                message["event"] = value
            elif name == "data":
                return message | {"seq": json.loads(value)["seq"]}
        return None


def _web(settings: Settings) -> str:
    return settings.canary_url.rstrip("/") or f"http://{_host(settings)}:{settings.port}"


def _stream(settings: Settings) -> str:
    """Return the stream's address, on this machine or as browsers see it."""
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
