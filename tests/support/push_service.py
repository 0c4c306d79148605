"""A push service on loopback, strict where the standards are: RFC 8030 (requests), 8291 (bodies), 8292 (VAPID).

It certifies itself with an authority of its own, keeps what it was sent, answers as a test tells it to, and hands
pushes on to browsers that speak Mozilla's protocol over a WebSocket (`dom.push.serverURL`).
"""

from __future__ import annotations

import json
import os
import ssl
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.authority import certify
from tests.support.push_standards import decrypt, fault_of, point_of, to_text

if TYPE_CHECKING:
    from websockets.sync.server import ServerConnection


@dataclass
class Mailbox:
    """One subscription: of a browser, or of a test that holds its keys."""

    token: str
    endpoint: str
    vapid_key: str | None = None
    """The only server key it takes, base64url; None takes any."""
    browser: str | None = None
    channel: str | None = None
    private: ec.EllipticCurvePrivateKey | None = None
    auth: bytes = b""
    gone: bool = False

    def as_json(self) -> dict[str, Any]:
        assert self.private is not None
        keys = {"p256dh": to_text(point_of(self.private)), "auth": to_text(self.auth)}
        return {"endpoint": self.endpoint, "keys": keys}


@dataclass
class Push:
    """One request that was taken."""

    at: float
    token: str
    headers: dict[str, str]
    body: bytes
    message: dict[str, Any] | None
    """What it says, when the test holds the keys."""


@dataclass
class PushService:
    """Start it, make subscriptions, look at `taken`."""

    folder: Path
    tls: bool = True
    taken: list[Push] = field(default_factory=list)
    requests: list[tuple[float, str, int]] = field(default_factory=list)
    """Every request: when, token, status."""
    faults: list[str] = field(default_factory=list)
    """What was wrong with requests that were refused."""
    answers: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    """What to answer next instead: (status, headers)."""
    acknowledged: dict[str, int] = field(default_factory=dict)
    """Message → code of the browser: 100 shown, 101 could not be decrypted."""
    delay_s: float = 0.0

    def __post_init__(self) -> None:
        self._mailboxes: dict[str, Mailbox] = {}
        self._browsers: dict[str, ServerConnection] = {}
        self._kept: dict[str, list[dict[str, Any]]] = {}
        self._guard = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": self}))
        self._http.daemon_threads = True
        self.authority = self.folder / "authority.pem"
        if self.tls:
            chain = certify(self.folder, self.authority)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(chain)
            self._http.socket = context.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._http.server_address[1]}"

    def subscription(self) -> Mailbox:
        """Return a new subscription whose messages the test can read."""
        return self._open(private=ec.generate_private_key(ec.SECP256R1()), auth=os.urandom(16))

    def for_browser(self, browser: str, channel: str, vapid_key: str | None) -> Mailbox:
        return self._open(browser=browser, channel=channel, vapid_key=vapid_key)

    def _open(self, **what: Any) -> Mailbox:
        token = to_text(os.urandom(18))
        mailbox = Mailbox(token=token, endpoint=f"{self.origin}/push/{token}", **what)
        self._mailboxes[token] = mailbox
        return mailbox

    def close_channel(self, channel: str) -> None:
        """Forget a browser's subscription: whoever sends to it is told 410."""
        for mailbox in self._mailboxes.values():
            if mailbox.channel == channel:
                mailbox.gone = True

    def messages(self, mailbox: Mailbox) -> list[Any]:
        """Return what a subscription was sent, oldest first."""
        return [push.message for push in self.taken if push.token == mailbox.token]

    def wait_for(self, count: int, timeout_s: float = 60.0) -> list[Push]:
        """Return what was taken once it is `count` pushes or more."""
        until = time.monotonic() + timeout_s
        while len(self.taken) < count:
            assert time.monotonic() < until, (len(self.taken), self.requests, self.faults)
            time.sleep(0.01)
        return list(self.taken)

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def take(self, token: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """Judge one request; return status and headers of the answer."""
        if self.delay_s:
            time.sleep(self.delay_s)
        with self._guard:
            status, extra = self._judge(token, headers, body)
            self.requests.append((time.time(), token, status))
            return status, extra

    def _judge(self, token: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        if self.answers:
            return self.answers.popleft()
        mailbox = self._mailboxes.get(token)
        if mailbox is None:
            return 404, {}
        if mailbox.gone:
            return 410, {}
        wrong = fault_of(headers, body, origin=self.origin, key=mailbox.vapid_key)
        if wrong:
            self.faults.append(wrong)
            return (403 if wrong.startswith("vapid") else 413 if "large" in wrong else 400), {}
        message = None
        if mailbox.private:
            plain = decrypt(body, private=mailbox.private, auth=mailbox.auth)
            message = json.loads(plain)
        self.taken.append(Push(time.time(), token, headers, body, message))
        number = uuid.uuid4().hex
        if mailbox.browser:
            self._hand_on(mailbox.browser, mailbox.channel, number, headers, body)
        return 201, {"Location": f"{self.origin}/message/{number}", "TTL": headers["ttl"]}

    # Mozilla's side: a browser keeps one WebSocket open and is told on it what came.

    def listen_for_browsers(self) -> int:
        """Open the browsers' door; return its port."""
        from websockets.sync.server import serve

        self._door = serve(self._talk, "127.0.0.1", 0)
        threading.Thread(target=self._door.serve_forever, daemon=True).start()
        port: int = self._door.socket.getsockname()[1]
        return port

    def _talk(self, connection: ServerConnection) -> None:
        browser = ""
        for raw in connection:
            incoming = json.loads(raw)
            kind = incoming.get("messageType", "ping")
            if kind == "hello":
                browser = incoming.get("uaid") or uuid.uuid4().hex
                self._browsers[browser] = connection
                answer = {"messageType": "hello", "status": 200, "uaid": browser, "use_webpush": True}
                connection.send(json.dumps(answer | {"broadcasts": {}}))
                for waiting in list(self._kept.get(browser, [])):
                    connection.send(json.dumps(waiting))
            elif kind == "register":
                mailbox = self.for_browser(browser, incoming["channelID"], incoming.get("key"))
                answer = {"messageType": "register", "status": 200, "channelID": incoming["channelID"]}
                connection.send(json.dumps(answer | {"pushEndpoint": mailbox.endpoint}))
            elif kind == "unregister":
                self.close_channel(incoming["channelID"])
                answer = {"messageType": "unregister", "status": 200, "channelID": incoming["channelID"]}
                connection.send(json.dumps(answer))
            elif kind == "ack":
                for item in incoming["updates"]:
                    self._acknowledge(browser, item["version"], item.get("code", 100))
            elif kind == "nack":
                self._acknowledge(browser, incoming["version"], incoming.get("code", 301))
            elif kind == "ping":
                connection.send("{}")

    def _acknowledge(self, browser: str, version: str, code: int) -> None:
        self.acknowledged[version] = code
        self._kept[browser] = [item for item in self._kept.get(browser, []) if item["version"] != version]

    def _hand_on(
        self, browser: str, channel: str | None, number: str, headers: dict[str, str], body: bytes
    ) -> None:
        notification = {
            "messageType": "notification",
            "channelID": channel,
            "version": number,
            "ttl": int(headers["ttl"]),
            "data": to_text(body),
            "headers": {"encoding": "aes128gcm"},
        }
        self._kept.setdefault(browser, []).append(notification)
        connection = self._browsers.get(browser)
        if connection:
            connection.send(json.dumps(notification))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: PushService

    def log_message(self, *_words: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, extra = self.service.take(self.path.rsplit("/", 1)[1], headers, body)
        self.send_response(status)
        for name, value in (extra | {"Content-Length": "0"}).items():
            self.send_header(name, value)
        self.end_headers()
