"""Runs jobs, sends pushes and calls, and makes escalation steps.

Any number of workers may run, and each may be killed at any moment without loss.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

from app import models  # noqa: F401  every table, so that foreign keys resolve
from app.core import jobs
from app.core.db import Database, open_engine
from app.core.heartbeat import beat
from app.core.log import log, start_log
from app.core.notify import Watch
from app.core.secrets import load_secrets
from app.geo.geocoding.nominatim import open_geocoder
from app.incidents.escalation.needed_rings import ring_is_needed
from app.incidents.escalation.run_step import fire
from app.incidents.escalation.set_timers import arm
from app.incidents.escalation.silent_cases import fire_cases
from app.incidents.trust.verification_label import label
from app.notifications.gateway.providers import carriers, open_means
from app.notifications.gateway.sender import Ringer
from app.notifications.webpush.sender import Sender
from app.self_test import run as canary
from app.worker.tasks import DUTIES, JOBS, Tools
from config import Settings

BEAT_S = 2.0
SWEEP_S = 1.0
POLL_S = 0.05
ESCALATION_S = 0.5
"""How often escalation timers are checked; a step is late by at most this, plus the time to make it."""
PLACES_S = 0.3
"""How often a waiting geocoding request is checked; the database enforces the rate of requests."""
SILENT_S = 5.0
"""A worker whose escalation loop has not finished a round for this long stops its heartbeat: the watchdog warns."""
FAILED_DUTY_S = 30.0
"""Longest pause before a failed duty is tried again."""
CANARY_S = 30.0
"""How often the worker checks whether the daily self-test is due."""
SETTLED_S = 120.0
"""Age of this process before its first self-test, so that the other processes have started."""
STUCK_S = 180.0
"""Time without a finished round after which a loop counts as stuck: the process exits and is started again."""


class Loop(threading.Thread):
    """Repeats one step: at once while there is more to do, else when woken or after `pause_s`."""

    def __init__(self, name: str, step: Callable[[], bool], *, pause_s: float = SWEEP_S) -> None:
        super().__init__(name=name, daemon=True)
        self._step = step
        self._pause_s = pause_s
        self._woken = threading.Event()
        self._ended = threading.Event()
        self.round_at = time.monotonic()

    def wake(self) -> None:
        """Start the next step without waiting for the pause."""
        self._woken.set()

    def end(self) -> None:
        """Stop after the current step."""
        self._ended.set()
        self._woken.set()

    def run(self) -> None:
        """Repeat the step until ended; log a fault and try again in the next round."""
        while not self._ended.is_set():
            try:
                more = self._step()
            except Exception as fault:  # noqa: BLE001  the next round must run after any fault
                log().error("step_failed", loop=self.name, fault=type(fault).__name__)
                more = False
            self.round_at = time.monotonic()
            if not more:
                self._woken.wait(self._pause_s)
                self._woken.clear()


class Worker:
    """Runs the loops of one process."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._watch = Watch(tools.database, poll_s=POLL_S)
        self._duty_at = dict.fromkeys(DUTIES, 0.0)
        self._settled_at = time.monotonic() + SETTLED_S
        self._stopped = threading.Event()
        self._sender = Sender(tools.settings, tools.secrets, tools.database)
        self._ringer = Ringer(tools.database, carriers(tools.settings), ring_is_needed)
        self._means = open_means(tools.settings)
        self._clocks = Loop("clocks", self.do_clocks, pause_s=ESCALATION_S)
        self._geocoder = open_geocoder(tools.settings, tools.database)
        self._busy = [
            Loop("jobs", self.do_jobs),
            Loop("push", self._sender.step),
            Loop("rings", self._ringer.step),
            self._clocks,
        ]
        if self._geocoder is not None:
            self._busy.append(Loop("places", self._geocoder.step, pause_s=PLACES_S))
        self._loops = [
            *self._busy,
            Loop("duties", self.do_duties),
            Loop("canary", self.do_canary, pause_s=CANARY_S),
        ]
        self._waker = Loop("watch", self._wake_on_commit, pause_s=SWEEP_S)

    def stop(self) -> None:
        """Finish the current steps and stop."""
        self._stopped.set()

    def run(self) -> int:
        """Run the loops until stopped; return the exit status."""
        loops = [*self._loops, self._waker]
        for loop in loops:
            loop.start()
        status = 0
        while not self._stopped.is_set():
            stuck = [loop.name for loop in loops if time.monotonic() - loop.round_at > STUCK_S]
            if stuck:
                log().error("loop_stuck", loops=stuck)
                status = 1
                break
            self._beat()
            self._stopped.wait(BEAT_S)
        for loop in loops:
            loop.end()
        for loop in self._loops:  # not the waker, which only waits for commits, up to a second
            loop.join(10.0 if status == 0 else 0.0)
        if status == 0:
            self._sender.close()
            self._ringer.close()
        return status

    def do_jobs(self) -> bool:
        """Run the jobs that are due; return whether there may be more."""
        claimed = jobs.claim(self._tools.database)
        for job in claimed:
            try:
                JOBS[job.name](self._tools, job.payload)
            except Exception as fault:  # noqa: BLE001  recorded in the job's row and retried later
                log().warning("job_failed", job=job.name, id=job.id, fault=type(fault).__name__)
                jobs.fail(self._tools.database, job, fault)
            else:
                jobs.finish(self._tools.database, job)
        return bool(claimed)

    def do_clocks(self) -> bool:
        """Set escalation timers from new events, then make the steps that are due."""
        database = self._tools.database
        armed = arm(database)
        fired = fire(database, self._means)
        called = fire_cases(database, self._means)
        return label(database) or called or fired or armed

    def do_duties(self) -> bool:
        """Run the duties that are due."""
        for name, duty in DUTIES.items():
            if time.monotonic() < self._duty_at[name]:
                continue
            pause_s = duty.every_s
            try:
                duty.work(self._tools)
            except Exception as fault:  # noqa: BLE001  the other duties must run
                log().error("duty_failed", duty=name, fault=type(fault).__name__)
                pause_s = min(pause_s, FAILED_DUTY_S)
            self._duty_at[name] = time.monotonic() + pause_s
        return False

    def do_canary(self) -> bool:
        """Run the daily self-test when it is due."""
        if time.monotonic() >= self._settled_at:
            tools = self._tools
            run_id = canary.begin(tools.database, tools.settings.canary_every_h)
            if run_id is not None:
                canary.walk(tools.settings, tools.secrets, tools.database, run_id)
        return False

    def _wake_on_commit(self) -> bool:
        if self._watch.wait(SWEEP_S):
            for loop in self._busy:
                loop.wake()
        return True

    def _beat(self) -> None:
        if time.monotonic() - self._clocks.round_at > SILENT_S:
            log().error("clocks_stand_still")
            return
        try:
            beat(self._tools.database, "worker")
        except Exception as fault:  # noqa: BLE001  the database may come back
            log().warning("no_heartbeat", fault=type(fault).__name__)


def main() -> int:
    """Run a worker for the settings of the environment."""
    start_log("worker")
    settings = Settings.from_mapping(os.environ)
    tools = Tools(
        settings, load_secrets(settings.data, settings.outer), Database(open_engine(settings.sqlalchemy_url))
    )
    worker = Worker(tools)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    return worker.run()


if __name__ == "__main__":
    raise SystemExit(main())
