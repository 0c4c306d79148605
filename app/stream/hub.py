"""Who listens: every open stream, the last frames, and the rule that a stream gets each number once, in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from app.stream.sse_frames import Frame, heartbeat, message

KEPT = 2000
"""Frames held in memory for those who come back; older ones are read from the database."""
FAR = 5000
"""Further behind than this a console is told to load its queue anew."""
BUFFER = 256 * 1024
"""Bytes a slow reader may leave waiting before it is dropped; it comes back and resumes."""


class Listener(Protocol):
    """A connection that has been let in."""

    scope: str
    session_id: str
    last: int

    @property
    def is_open(self) -> bool: ...
    def send(self, data: bytes) -> None: ...
    def drop(self) -> None: ...


class Hub:
    """The streams of this process. Everything here runs on the event loop."""

    def __init__(self, head: int, read: Callable[[int], Sequence[Frame]]) -> None:
        self.head = head
        self.fresh = True
        self._read = read
        self._kept: deque[Frame] = deque(maxlen=KEPT)
        self._streams: set[Listener] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._streams)

    def sessions(self) -> set[str]:
        """Return the sign-ins that streams are open for."""
        return {stream.session_id for stream in self._streams}

    def broadcast(self, frames: Sequence[Frame]) -> None:
        """Write new frames to everybody; they follow `head` without a gap."""
        before, self.head = self.head, frames[-1].seq
        self._kept.extend(frames)
        ready: dict[str, bytes] = {}
        for stream in list(self._streams):
            if stream.last == before:
                scope = stream.scope
                if scope not in ready:
                    ready[scope] = b"".join([frame.to(scope) for frame in frames])
                stream.last = self.head
                stream.send(ready[scope])
            else:
                self._write(stream, frames)

    def beat(self) -> None:
        """Send every stream a sign of life."""
        data = heartbeat(self.head, fresh=self.fresh)
        for stream in list(self._streams):
            stream.send(data)

    def end_sessions(self, living: Iterable[str]) -> None:
        """Drop the streams of sign-ins that ended."""
        alive = set(living)
        for stream in [item for item in self._streams if item.session_id not in alive]:
            stream.drop()

    def leave(self, stream: Listener) -> None:
        """Forget a stream."""
        self._streams.discard(stream)

    def join(self, stream: Listener, after: int | None) -> None:
        """Bring a stream up to the head and keep it there; without `after` it begins at the head."""
        stream.last = self.head if after is None else after
        stream.send(heartbeat(self.head, fresh=self.fresh))
        if self.head - stream.last > FAR:
            self._reset(stream)
        if self._in_memory(stream):
            self._enter(stream)
        else:
            task = asyncio.get_running_loop().create_task(self._catch_up(stream))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Drop everybody; they come back to the next process."""
        for stream in list(self._streams):
            stream.drop()

    def _in_memory(self, stream: Listener) -> bool:
        return stream.last >= self.head or bool(self._kept and self._kept[0].seq <= stream.last + 1)

    def _enter(self, stream: Listener) -> None:
        if not stream.is_open:
            return
        self._write(stream, self._kept)
        self._streams.add(stream)

    def _write(self, stream: Listener, frames: Iterable[Frame]) -> None:
        new = [frame for frame in frames if frame.seq > stream.last]
        if new:
            stream.last = new[-1].seq
            stream.send(b"".join([frame.to(stream.scope) for frame in new]))

    def _reset(self, stream: Listener) -> None:
        stream.last = self.head
        stream.send(message("reset", {"seq": self.head}, self.head))

    async def _catch_up(self, stream: Listener) -> None:
        try:
            while stream.is_open and not self._in_memory(stream):
                self._write(stream, await asyncio.to_thread(self._read, stream.last))
        except Exception:  # noqa: BLE001  the database is away: the console comes back and asks again
            stream.drop()
            return
        self._enter(stream)
