"""Runs the stream process: `python -m app.stream`."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable

from app.accounts.sessions import Limits
from app.core.db import Database, open_engine
from app.core.heartbeat import beat
from app.core.log import log, start_log
from app.core.secrets import Secrets, load_secrets
from app.stream.http_server import Connection, Server
from app.stream.hub import Hub
from app.stream.log_reader import Source, living_sessions, read_frames, read_head, touch_sessions
from app.stream.sse_frames import Frame
from config import Settings

BEAT_S = 15.0
SESSIONS_S = 2.0
SWEEP_S = 1.0
LIFE_S = 4.0
"""How often this process writes its heartbeat to the database."""


async def serve(settings: Settings, secrets: Secrets, database: Database) -> None:
    """Serve the stream until SIGTERM."""
    loop = asyncio.get_running_loop()
    head = await asyncio.to_thread(_first_head, database)
    hub = Hub(head, lambda after: read_frames(database, after))

    def set_fresh(fresh: bool) -> None:  # noqa: FBT001
        hub.fresh = fresh
        hub.beat()

    def broadcast(frames: list[Frame]) -> None:
        loop.call_soon_threadsafe(hub.broadcast, frames)

    source = Source(database, head, broadcast, lambda fresh: loop.call_soon_threadsafe(set_fresh, fresh))
    server = Server(settings, secrets, hub, source.is_alive)
    listener = await loop.create_server(
        lambda: Connection(server), settings.host, settings.stream_port, backlog=1024
    )
    source.start()
    stopped = asyncio.Event()
    idle, absolute = settings.session_limits
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    tasks = [
        loop.create_task(_every(BEAT_S, hub.beat)),
        loop.create_task(_every(SWEEP_S, server.sweep)),
        loop.create_task(_keep_heartbeat(database)),
        loop.create_task(_watch_sessions(hub, database, Limits(idle=idle, absolute=absolute))),
    ]
    log().info("stream_ready", port=settings.stream_port, head=head)
    await stopped.wait()
    listener.close()
    source.end()
    for task in tasks:
        task.cancel()
    hub.close()


async def _every(seconds: float, work: Callable[[], object]) -> None:
    while True:
        await asyncio.sleep(seconds)
        work()


async def _watch_sessions(hub: Hub, database: Database, limits: Limits) -> None:
    """Close streams of sessions that ended; an open stream counts as activity of its session."""
    touched_at, interval_s = time.monotonic(), limits.idle.total_seconds() / 6
    while True:
        await asyncio.sleep(SESSIONS_S)
        sessions = hub.sessions()
        if not sessions:
            continue
        try:
            living = await asyncio.to_thread(living_sessions, database, sessions, limits)
            if time.monotonic() - touched_at > interval_s:
                await asyncio.to_thread(touch_sessions, database, living)
                touched_at = time.monotonic()
        except Exception as fault:  # noqa: BLE001  without the database no event can be read, so none can leak
            log().warning("sessions_unknown", fault=type(fault).__name__)
            continue
        hub.end_sessions(living | (hub.sessions() - sessions))


async def _keep_heartbeat(database: Database) -> None:
    while True:
        try:
            await asyncio.to_thread(beat, database, "live")
        except Exception as fault:  # noqa: BLE001  the database may come back
            log().warning("no_heartbeat", fault=type(fault).__name__)
        await asyncio.sleep(LIFE_S)


def _first_head(database: Database) -> int:
    while True:
        try:
            return read_head(database)
        except Exception as fault:  # noqa: BLE001  wait for the database
            log().warning("stream_waits_for_database", fault=type(fault).__name__)
            time.sleep(1.0)


if __name__ == "__main__":
    start_log("live")
    chosen = Settings.from_mapping(os.environ)
    asyncio.run(
        serve(chosen, load_secrets(chosen.data, chosen.outer), Database(open_engine(chosen.sqlalchemy_url)))
    )
