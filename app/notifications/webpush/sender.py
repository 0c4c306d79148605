"""Sends due pushes: claims, encrypts, posts, records. No transaction is open while a push service answers."""

from __future__ import annotations

import hashlib
import random
import time
from base64 import urlsafe_b64encode
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from app.core.clock import now
from app.core.db import Database
from app.core.log import log
from app.core.secrets import Secrets
from app.notifications.webpush.claims import Due, Outcome, claim, is_due, record
from app.notifications.webpush.http import WHOLE_MS, Answer, Origins, Wire
from app.notifications.webpush.retry import FORGOTTEN, TAKEN, comes_back, next_try, pause_s
from app.notifications.webpush.subscriptions import Reach
from app.notifications.webpush.vapid import Vapid, origin
from app.notifications.wording import payload
from config import Settings

if TYPE_CHECKING:
    from pywebpush import WebPusher

WAIT_S = 0.02
PAGE = 200
"""Rows claimed in one transaction when much is due."""
WRITE_S = 0.1
"""Longest time an answer stays in memory while other requests are in flight."""
KEPT_PUSHERS = 1024
"""Subscriptions whose decoded keys are cached, 0.8 KB each: a reporter gets several messages within an hour."""


class Sender:
    """Sends the pushes of one worker. One thread calls `step` repeatedly."""

    def __init__(self, settings: Settings, secrets: Secrets, database: Database) -> None:
        self._database = database
        self._allows = cache(Reach(settings.push_hosts, settings.push_allow_loopback).allows_origin)
        self._vapid = Vapid(secrets.vapid_file, settings.push_subject)
        self._wire = Wire(loopback=settings.push_allow_loopback, authorities=settings.push_authorities)
        self._origins = Origins()
        self._in_flight: dict[str, Due] = {}
        self._unrecorded: list[Outcome] = []
        self._written_at = 0.0

    def step(self) -> bool:
        """Claim due pushes and collect answers once; return whether there is more to do now."""
        claimed = self._record_and_claim()
        for due in claimed:
            self._begin(due)
        self._collect(0.0 if claimed else WAIT_S)
        return bool(claimed or self._in_flight or self._unrecorded)

    def close(self) -> None:
        """Wait for outstanding answers and record them."""
        until = time.monotonic() + WHOLE_MS / 1000
        while self._in_flight and time.monotonic() < until:
            self._collect(WAIT_S)
        self._write(0)
        self._wire.close()

    def _record_and_claim(self) -> list[Due]:
        """Record answers and claim the next rows in one transaction; skip it when neither is due."""
        page = self._wire.free if self._wire.free >= PAGE or not self._in_flight else 0
        if page and not is_due(self._database):
            page = 0
        settled = self._unrecorded and (not self._in_flight or time.monotonic() - self._written_at > WRITE_S)
        return self._write(page) if page or settled else []

    def _write(self, page: int) -> list[Due]:
        """Record answers and claim rows; while the database is away, answers stay in memory and no push begins."""
        with self._database.write() as session:
            record(session, self._unrecorded)
            claimed = claim(session, page) if page else []
        self._unrecorded = []
        self._written_at = time.monotonic()
        return claimed

    def _begin(self, due: Due) -> None:
        place = origin(due.endpoint)
        if not self._allows(place):
            self._unrecorded.append(Outcome(due, "failed", "address_not_allowed"))
            return
        held_s = self._origins.held_s(place)
        if held_s > 0:
            self._unrecorded.append(self._schedule_retry(due, "held", held_s))
            return
        try:
            body = encrypt(payload(due), p256dh=due.p256dh, auth=due.auth)
        except (ValueError, KeyError) as fault:
            log().error("push_not_made", id=due.id, fault=type(fault).__name__)
            self._unrecorded.append(Outcome(due, "failed", "not_made"))
            return
        headers = [
            f"Authorization: {self._vapid.header(place)}",
            "Content-Type: application/octet-stream",
            "Content-Encoding: aes128gcm",
            f"TTL: {due.ttl_s}",
            f"Urgency: {due.urgency}",
            f"Topic: {topic(due.tag)}",
        ]
        self._in_flight[due.id] = due
        self._wire.post(due.id, due.endpoint, headers, body)

    def _collect(self, wait_s: float) -> None:
        for answer in self._wire.answers(wait_s):
            due = self._in_flight.pop(answer.key)
            self._origins.note(origin(due.endpoint), answered=answer.status > 0)
            self._unrecorded.append(self._outcome(due, answer))

    def _outcome(self, due: Due, answer: Answer) -> Outcome:
        words = str(answer.status) if answer.status else answer.fault
        if answer.status in TAKEN:
            return Outcome(due, "sent", words)
        if answer.status in FORGOTTEN:
            return Outcome(due, "gone", words)
        if comes_back(answer.status):
            return self._schedule_retry(due, words, answer.retry_after_s)
        return Outcome(due, "failed", words)

    def _schedule_retry(self, due: Due, words: str, retry_after_s: float) -> Outcome:
        pause = pause_s(due.attempts, retry_after_s, random.random())  # noqa: S311  spreads tries, guards nothing
        return Outcome(due, "waiting", words, next_try(now(), due.created_at, pause))


def encrypt(content: bytes, *, p256dh: str, auth: str) -> bytes:
    """Encrypt a message for one subscription (RFC 8291) with a key pair and a salt of its own.

    Args:
        content: the message, filled up to its bucket.
        p256dh: the browser's point on P-256, base64url.
        auth: the browser's secret, base64url.

    Raises:
        ValueError: `p256dh` is no point on P-256.
    """
    from pywebpush import WebPushException

    try:
        return bytes(_pusher(p256dh, auth).encode(content)["body"])
    except (WebPushException, IndexError) as fault:  # an empty key is an IndexError in pywebpush 2
        raise ValueError("p256dh") from fault


@lru_cache(maxsize=KEPT_PUSHERS)
def _pusher(p256dh: str, auth: str) -> WebPusher:
    """Return the pywebpush object of a subscription, without its endpoint, since http.py sends."""
    from pywebpush import WebPusher

    return WebPusher({"endpoint": "", "keys": {"p256dh": p256dh, "auth": auth}})


@lru_cache(maxsize=1024)
def topic(tag: str) -> str:
    """Return the Topic (RFC 8030, section 5.4: 32 base64url characters); a newer push replaces a waiting one."""
    return urlsafe_b64encode(hashlib.sha256(tag.encode()).digest()[:24]).decode()
