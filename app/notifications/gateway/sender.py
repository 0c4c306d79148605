"""Sends due rings: claims, sends, records. No transaction is open while a provider answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.log import log
from app.notifications.gateway.claims import Taken, claim, record
from app.notifications.gateway.models import Ring
from app.notifications.gateway.providers import Answer, Means

AT_ONCE: Final = 8
"""Rings in flight in one worker, since providers are slow."""
WAIT_S: Final = 0.2


class Ringer:
    """Sends the rings of one worker while `is_needed` says so. One thread calls `step` repeatedly."""

    def __init__(
        self, database: Database, means: Mapping[str, Means], is_needed: Callable[[Session, Ring], bool]
    ) -> None:
        self._database = database
        self._is_needed = is_needed
        self._means = means
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ring")
        self._in_flight: dict[Future[Answer], Taken] = {}

    def step(self) -> bool:
        """Claim due rings and collect answers once; return whether rings are in flight."""
        free = AT_ONCE - len(self._in_flight)
        for taken in claim(self._database, free, self._is_needed) if free else ():
            self._in_flight[self._threads.submit(self._carry, taken)] = taken
        self._collect(WAIT_S)
        return bool(self._in_flight)

    def close(self) -> None:
        """Wait for outstanding answers and record them."""
        while self._in_flight:
            self._collect(WAIT_S)
        self._threads.shutdown()

    def _carry(self, taken: Taken) -> Answer:
        means = self._means.get(taken.parcel.means)
        return means.carry(taken.parcel) if means else Answer("failed", "not_configured")

    def _collect(self, wait_s: float) -> None:
        if not self._in_flight:
            return
        done, _ = wait(self._in_flight, wait_s, FIRST_COMPLETED)
        for future in done:
            taken = self._in_flight[future]
            fault = future.exception()
            if fault is not None:
                log().error("ring_not_carried", id=taken.id, fault=type(fault).__name__)
            answer = Answer("again", type(fault).__name__) if fault else future.result()
            record(self._database, taken.id, answer)
            del self._in_flight[future]
