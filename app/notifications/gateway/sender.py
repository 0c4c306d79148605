"""Carries rings that are due: claim, carry, record. No transaction is open while a provider answers."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from app.core.db import Database
from app.core.log import log
from app.notifications.gateway.claims import Taken, claim, record
from app.notifications.gateway.providers import Answer, Means

AT_ONCE: Final = 8
"""Rings under way in one worker; providers are slow, and several must not wait for one."""
WAIT_S: Final = 0.2


class Ringer:
    """One worker's way to the phones. `step` is called again and again by one thread."""

    def __init__(self, database: Database, means: Mapping[str, Means]) -> None:
        self._database = database
        self._means = means
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ring")
        self._under_way: dict[Future[Answer], Taken] = {}

    def step(self) -> bool:
        """Move everything on by one round; return whether something is under way or may be due."""
        room = AT_ONCE - len(self._under_way)
        for taken in claim(self._database, room) if room else ():
            self._under_way[self._threads.submit(self._carry, taken)] = taken
        self._collect(WAIT_S)
        return bool(self._under_way)

    def close(self) -> None:
        """Wait for the answers that are still to come, and write them down."""
        while self._under_way:
            self._collect(WAIT_S)
        self._threads.shutdown()

    def _carry(self, taken: Taken) -> Answer:
        means = self._means.get(taken.parcel.means)
        return means.carry(taken.parcel) if means else Answer("failed", "not_configured")

    def _collect(self, wait_s: float) -> None:
        if not self._under_way:
            return
        done, _ = wait(self._under_way, wait_s, FIRST_COMPLETED)
        for future in done:
            taken = self._under_way[future]
            fault = future.exception()
            if fault is not None:
                log().error("ring_not_carried", id=taken.id, fault=type(fault).__name__)
            answer = Answer("again", type(fault).__name__) if fault else future.result()
            record(self._database, taken.id, answer)
            del self._under_way[future]
