"""Starts the processes, restarts one that dies, and stops all together."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from app.core.clock import now
from app.run.child_process import TOO_MANY, Child
from app.run.prepare import CannotStart
from app.run.processes import NAMES, plans
from config import Settings

READY_S = 60.0
STOP_S = 12.0
LOOK_S = 0.05
TRIM_S = 30.0


class Supervisor:
    """Supervises the processes of one installation: all three, or those in `only` where others run elsewhere."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        *,
        on_message: Callable[[str], None],
        logs: Path | None,
        only: Collection[str] = NAMES,
    ) -> None:
        self._on_message = on_message
        self._state = settings.data / "run.json"
        self._children = [
            Child(plan, environment, logs / f"{plan.name}.log" if logs else None)
            for plan in plans(settings, since=now())
            if plan.name in only
        ]
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Make `run` return."""
        self._stopped.set()

    def run(self, ready: Callable[[], None]) -> int:
        """Run until stopped; call `ready` once when all processes are ready. Return the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop())
        try:
            for child in self._children:
                child.start()
            self._write_process_ids()
            if self._wait_ready():
                ready()
            self._watch()
        except CannotStart as fault:
            self._end()
            self._on_message(str(fault))
            return 1
        self._end()
        return 0

    def _wait_ready(self) -> bool:
        until = time.monotonic() + READY_S
        while not self._stopped.wait(LOOK_S):
            self._restart_dead()
            for child in self._children:
                child.is_ready = child.is_ready or (child.pid is not None and child.plan.ready())
            late = [child for child in self._children if not child.is_ready]
            if not late:
                return True
            if time.monotonic() > until:
                words = "; ".join(f"{child.plan.name} said: {child.last_log_line()}" for child in late)
                raise CannotStart(f"not ready within {READY_S:.0f} seconds — {words}")
        return False

    def _watch(self) -> None:
        trim_at = time.monotonic() + TRIM_S
        while not self._stopped.wait(LOOK_S):
            self._restart_dead()
            if time.monotonic() > trim_at:
                trim_at = time.monotonic() + TRIM_S
                for child in self._children:
                    child.trim_log()

    def _restart_dead(self) -> None:
        for child in self._children:
            name = child.plan.name
            if child.died():
                if child.died_too_often():
                    words = child.last_log_line()
                    raise CannotStart(
                        f"{name} died {TOO_MANY} times within a minute, so everything was stopped"
                        + (f"; its last words: {words}" if words else "")
                    )
                self._write_process_ids()
                self._on_message(f"{name} died and is started again")
            if child.pid is None and time.monotonic() >= child.start_at:
                child.start()
                self._write_process_ids()

    def _write_process_ids(self) -> None:
        """Write the process ids to `run.json`, for administrators and tests."""
        state = {"siaga": os.getpid()} | {child.plan.name: child.pid for child in self._children}
        fresh = self._state.with_suffix(".new")
        fresh.write_text(json.dumps(state) + "\n")
        fresh.replace(self._state)

    def _end(self) -> None:
        until = time.monotonic() + STOP_S
        for child in self._children:
            child.request_stop()
        for child in self._children:
            child.wait_stopped(until)
        self._state.unlink(missing_ok=True)
