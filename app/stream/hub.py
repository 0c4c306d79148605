"""Keeps the open streams and the last frames, and sends each stream every event number once, in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from app.stream.sse_frames import Frame, heartbeat, message

KEPT = 2000
"""Frames kept in memory for consoles that reconnect; older ones are read from the database."""
FAR = 5000
"""Events behind the head from which a console must reload its queue (`reset`)."""
BUFFER = 256 * 1024
"""Bytes a slow reader may leave unread before it is dropped; it reconnects and resumes."""


class Listener(Protocol):
    """An authenticated connection."""

    scope: str
    session_id: str
    last: int

    @property
    def is_open(self) -> bool: ...
    def send(self, data: bytes) -> None: ...
    def drop(self) -> None: ...


class Hub:
    """Manages the streams of this process. All methods run on the event loop."""

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
        """Return the sessions that have open streams."""
        return {stream.session_id for stream in self._streams}

    def broadcast(self, frames: Sequence[Frame]) -> None:
        """Write new frames to all streams; the frames follow `head` without a gap."""
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
        """Send a heartbeat to every stream."""
        data = heartbeat(self.head, fresh=self.fresh)
        for stream in list(self._streams):
            stream.send(data)

    def end_sessions(self, living: Iterable[str]) -> None:
        """Drop the streams of sessions that ended."""
        alive = set(living)
        for stream in [item for item in self._streams if item.session_id not in alive]:
            stream.drop()

    def leave(self, stream: Listener) -> None:
        """Remove a stream."""
        self._streams.discard(stream)

    def join(self, stream: Listener, after: int | None) -> None:
        """Add a stream: send it the events after `after`, then all new ones; without `after` only new ones."""
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
        """Drop all streams; consoles reconnect to the next process."""
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
        except Exception:  # noqa: BLE001  the database is away; the console reconnects and retries
            stream.drop()
            return
        self._enter(stream)
