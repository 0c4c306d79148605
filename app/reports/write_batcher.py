"""Combines waiting requests into one transaction, which the first request writes for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class _Waiting(Generic[Request, Answer]):
    """A queued request. `turn` is released when it has its answer, or when its thread must write the next batch."""

    __slots__ = ("answer", "fault", "request", "turn")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.answer: Answer | None = None
        self.fault: Exception | None = None
        self.turn = threading.Lock()
        self.turn.acquire()


class WriteBatcher(Generic[Request, Answer]):
    """Calls `write` with all waiting requests, one call at a time.

    A single request is written at once. When a batch fails, its rows are written one by one, so that one bad row
    fails alone; a fault for which `is_away` returns True (no database) is raised for all of them.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Request]], Sequence[Answer]],
        *,
        is_away: Callable[[Exception], bool],
        batch_size: int = 64,
    ) -> None:
        self._write = write
        self._is_away = is_away
        self._batch_size = batch_size
        self._guard = threading.Lock()
        self._queue: list[_Waiting[Request, Answer]] = []
        self._has_leader = False

    def __call__(self, request: Request) -> Answer:
        """Write `request`, alone or in a batch; return its answer or raise its fault."""
        own: _Waiting[Request, Answer] = _Waiting(request)
        with self._guard:
            self._queue.append(own)
            is_leader, self._has_leader = not self._has_leader, True
        if not is_leader:
            own.turn.acquire()
        if own.answer is None and own.fault is None:
            self._write_batch()
        if own.fault is not None:
            raise own.fault
        if own.answer is None:
            raise RuntimeError("write returned no answer for a request")
        return own.answer

    def _write_batch(self) -> None:
        """Write one batch, then let the first request that arrived meanwhile write the next."""
        with self._guard:
            batch, self._queue = self._queue[: self._batch_size], self._queue[self._batch_size :]
        try:
            self._write_all(batch)
        finally:
            with self._guard:
                successor = self._queue[0] if self._queue else None
                self._has_leader = successor is not None
            if successor is not None:
                successor.turn.release()
            for waiting in batch:
                if waiting.answer is None and waiting.fault is None:  # this thread is being stopped
                    waiting.fault = InterruptedError()
                waiting.turn.release()

    def _write_all(self, batch: Sequence[_Waiting[Request, Answer]]) -> None:
        try:
            answers = self._write([waiting.request for waiting in batch])
        except Exception as fault:  # noqa: BLE001  raised for each request of the batch
            if len(batch) == 1 or self._is_away(fault):
                for waiting in batch:
                    waiting.fault = fault
            else:
                for waiting in batch:
                    self._write_all([waiting])
        else:
            for waiting, answer in zip(batch, answers, strict=True):
                waiting.answer = answer
