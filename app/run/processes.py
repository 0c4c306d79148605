"""Defines the three processes: the command that starts each, and the check that it is ready."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.run.sqlite_probe import beat_at
from config import Settings

NAMES = ("web", "worker", "live")
SERVER_LOG = Path(__file__).with_name("server-log.json")
BACKLOG = 2048
"""Connections that may wait while every thread is busy."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A process: its command, and the check that it is ready."""

    name: str
    command: list[str]
    ready: Callable[[], bool]


def plans(settings: Settings, *, since: datetime) -> list[Plan]:
    """Return web, worker and live in starting order; a worker is ready once its heartbeat is newer than `since`."""
    return [
        Plan("web", _web(settings), lambda: _answers(settings.host, settings.port, "/healthz")),
        Plan("worker", [sys.executable, "-m", "app.worker.main"], lambda: _beats(settings, since)),
        Plan(
            "live",
            [sys.executable, "-m", "app.stream"],
            lambda: _answers(settings.host, settings.stream_port, "/healthz"),
        ),
    ]


def _web(settings: Settings) -> list[str]:
    several = settings.web_processes > 1
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws",
        "--host", settings.host, "--port", str(settings.port),
        "--workers", str(settings.web_processes), "--blocking-threads", str(settings.web_threads),
        "--backlog", str(BACKLOG), "--backpressure", str(BACKLOG),
        "--workers-kill-timeout", "10", "--log-level", "warning", "--log-config", str(SERVER_LOG),
        *(["--respawn-failed-workers", "--respawn-interval", "0.2"] if several else []),
        "wsgi:application",
    ]  # fmt: skip


def _answers(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(probe_host(host), port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _beats(settings: Settings, since: datetime) -> bool:
    beat = beat_at(settings)
    return beat is not None and beat >= since


def probe_host(host: str) -> str:
    """Return an address by which this machine reaches `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
