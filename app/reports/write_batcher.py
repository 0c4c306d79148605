"""Many requests, one transaction: whoever comes first writes for everybody who waits behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


class _Waiting(Generic[Ask, Answer]):
    """One request in the queue. `turn` opens when it is answered, or when it has to lead."""

    __slots__ = ("answer", "ask", "fault", "turn")

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.answer: Answer | None = None
        self.fault: Exception | None = None
        self.turn = threading.Lock()
        self.turn.acquire()


class Combiner(Generic[Ask, Answer]):
    """Calls `write` with everything that waits, one call at a time.

    A request that comes alone is written at once. When a batch fails, its rows are written one by one, so that one
    bad row harms nobody else; a fault that `hopeless` knows (the database is away) is told to all of them.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Ask]], Sequence[Answer]],
        *,
        hopeless: Callable[[Exception], bool],
        most: int = 64,
    ) -> None:
        self._write = write
        self._hopeless = hopeless
        self._most = most
        self._guard = threading.Lock()
        self._queue: list[_Waiting[Ask, Answer]] = []
        self._led = False

    def __call__(self, ask: Ask) -> Answer:
        """Write `ask`, alone or with others; return its answer or raise its fault."""
        mine: _Waiting[Ask, Answer] = _Waiting(ask)
        with self._guard:
            self._queue.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            mine.turn.acquire()
        if mine.answer is None and mine.fault is None:
            self._lead()
        if mine.fault is not None:
            raise mine.fault
        if mine.answer is None:
            raise RuntimeError("an answer for each that asked")
        return mine.answer

    def _lead(self) -> None:
        """Write what waits, then hand the lead to the first of those who came meanwhile."""
        with self._guard:
            batch, self._queue = self._queue[: self._most], self._queue[self._most :]
        try:
            self._answer(batch)
        finally:
            with self._guard:
                heir = self._queue[0] if self._queue else None
                self._led = heir is not None
            if heir is not None:
                heir.turn.release()
            for waiting in batch:
                if waiting.answer is None and waiting.fault is None:  # this thread is being ended
                    waiting.fault = InterruptedError()
                waiting.turn.release()

    def _answer(self, batch: Sequence[_Waiting[Ask, Answer]]) -> None:
        try:
            answers = self._write([waiting.ask for waiting in batch])
        except Exception as fault:  # noqa: BLE001  told to those who asked
            if len(batch) == 1 or self._hopeless(fault):
                for waiting in batch:
                    waiting.fault = fault
            else:
                for waiting in batch:
                    self._answer([waiting])
        else:
            for waiting, answer in zip(batch, answers, strict=True):
                waiting.answer = answer
