"""Defines the worker's tasks: a handler for each kind of job, and duties that run at fixed intervals."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from app.accounts import sessions, sign_in_throttle
from app.core.clock import now
from app.core.db import Database
from app.core.disk import keep_reserve
from app.core.models import Job
from app.core.secrets import Secrets
from app.eventlog.write_anchor import anchor_head
from app.geo.geocoding import queue as geocoding_queue
from app.incidents.calls import exchange as exchange_calls
from app.incidents.control_room import paper_pack
from app.incidents.models import CallBeacon
from app.incidents.queue import unread
from app.incidents.reporter import shared_position
from app.reports.photos import worker as photo_worker
from app.reports.photos.storage import Shelf
from app.reports.photos.uploads import CHECK
from app.self_test import run as canary
from app.silent import retention
from app.silent.case_log_anchor import CaseChain
from app.statistics import daily_rollup
from config import Settings

BEACON_KEPT = timedelta(minutes=60)
JOB_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tools:
    """The dependencies of every job and duty."""

    settings: Settings
    secrets: Secrets
    database: Database


@dataclass(frozen=True, slots=True)
class Duty:
    """A task that runs every `every_s` seconds; several workers may run it at once."""

    every_s: float
    work: Callable[[Tools], None]


def erase_beacons(tools: Tools) -> None:
    """Erase positions of phones that called an hour ago, unless an operator linked the call to an incident."""
    with tools.database.write() as session:
        session.execute(
            delete(CallBeacon).where(CallBeacon.incident_id.is_(None), CallBeacon.at < now() - BEACON_KEPT)
        )


def erase_calls(tools: Tools) -> None:
    """Erase calls of the exchange and their notes after their retention time."""
    with tools.database.write() as session:
        exchange_calls.erase_old(session)


def erase_jobs(tools: Tools) -> None:
    """Erase jobs that finished a week ago; failed ones stay for inspection."""
    with tools.database.write() as session:
        session.execute(delete(Job).where(Job.state == "done", Job.created_at < now() - JOB_KEPT))


def erase_sign_ins(tools: Tools) -> None:
    """Erase sign-ins of a month ago, and sign-in attempts of an hour ago."""
    with tools.database.write() as session:
        sessions.erase_old(session)
        sign_in_throttle.erase_old(session)


def seal_locations(tools: Tools) -> None:
    """Move the locations of closed silent cases out of the dispatch summary, in time."""
    retention.seal_locations(tools.database, tools.secrets)


def erase_answers(tools: Tools) -> None:
    """Erase answers of the external geocoder after a month."""
    with tools.database.write() as session:
        geocoding_queue.erase_old(session)


def end_sharings(tools: Tools) -> None:
    """End expired sharing of positions."""
    with tools.database.read() as session:
        over = shared_position.is_over(session)
    if over:
        with tools.database.write() as session:
            shared_position.end_over(session)


def erase_positions(tools: Tools) -> None:
    """Erase the positions of reporters a day after their incident was closed."""
    with tools.database.write() as session:
        shared_position.erase_old(session)


def check_photo(tools: Tools, payload: dict[str, Any]) -> None:
    """Rebuild a photo from its pixels, or refuse it."""
    photo_worker.check_photo(
        tools.database, Shelf(tools.settings.data), payload["id"], arrived=unread.arrived
    )


def sweep_photos(tools: Tools) -> None:
    """Finish complete uploads and refuse abandoned ones."""
    photo_worker.sweep(tools.database, Shelf(tools.settings.data))


def keep_disk(tools: Tools) -> None:
    """Keep disk space reserved for reports, and release it when other files have filled the disk."""
    keep_reserve(tools.settings.data, reserve_mb=tools.settings.disk_reserve_mb)


def anchor_log(tools: Tools) -> None:
    """Write the heads of the logs to a file outside the database, so that truncating a log is detected."""
    anchor_head(tools.database, tools.secrets, tools.settings.data, beside=CaseChain(tools.secrets))


def count_days(tools: Tools) -> None:
    """Update the statistics from the log, for at most two seconds at each run."""
    until = time.monotonic() + 2
    while daily_rollup.step(tools.database) and time.monotonic() < until:
        pass


def lay_paper(tools: Tools) -> None:
    """Renew the printable sheet of open incidents for an outage."""
    with tools.database.read() as session:
        html = paper_pack.render(session)
    paper_pack.put(tools.settings.data / paper_pack.FOLDER, html)


def answer_test(tools: Tools, payload: dict[str, Any]) -> None:
    """Finish the job of the daily self-test, which only checks that the worker runs jobs."""
    del tools, payload


JOBS: Mapping[str, Callable[[Tools, dict[str, Any]], None]] = {
    CHECK: check_photo,
    canary.JOB: answer_test,
}
"""Job name → handler. A handler must be idempotent, since a job may run twice."""

DUTIES: Mapping[str, Duty] = {
    "keep_disk": Duty(5.0, keep_disk),
    "anchor_log": Duty(300.0, anchor_log),
    "count_days": Duty(20.0, count_days),
    "erase_answers": Duty(3600.0, erase_answers),
    "erase_beacons": Duty(30.0, erase_beacons),
    "end_sharings": Duty(10.0, end_sharings),
    "erase_positions": Duty(600.0, erase_positions),
    "erase_calls": Duty(3600.0, erase_calls),
    "erase_jobs": Duty(3600.0, erase_jobs),
    "erase_sign_ins": Duty(3600.0, erase_sign_ins),
    "lay_paper": Duty(900.0, lay_paper),
    "seal_locations": Duty(300.0, seal_locations),
    "sweep_photos": Duty(60.0, sweep_photos),
}
