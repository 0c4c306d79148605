"""Runs one self-test: sends a report, finds it in the queue and the stream, and waits for its push and its job.

The report is marked as simulation, so it notifies no staff and enters no statistics; it is removed afterwards in any
case. Its push has an address that cannot exist (RFC 2606), which the sender refuses without network access.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.drills import running
from app.accounts.models import Device
from app.core import jobs
from app.core.clock import now
from app.core.db import Database
from app.core.i18n import DEFAULT, say
from app.core.ids import new_id
from app.core.log import log
from app.core.models import Event, Job
from app.core.secrets import Secrets
from app.eventlog.log import lock_head
from app.incidents import simulation
from app.incidents.lifecycle.notify import incident_pushed
from app.incidents.queue import queue as incident_queue
from app.notifications.webpush.models import Notification, PushSubscription
from app.notifications.webpush.outbox import enqueue
from app.reports.models import Report
from app.reports.reporters import reports_with_device
from app.self_test.client import StreamReader, send
from app.self_test.models import LEGS, CanaryRun
from app.self_test.status import is_due
from config import Settings

JOB: Final = "canary"
PATIENCE_S: Final = 30.0
"""How long the stream, and then the worker, may take before the leg counts as missed."""
DEAD: Final = timedelta(minutes=5)
"""A test without an end after this time counts as abandoned."""
KEPT: Final = timedelta(days=90)
_LOOK_S: Final = 0.1


def begin(database: Database, every_h: int | None = None) -> str | None:
    """Record the start of a test; return its id. With `every_h` only when one is due, and in one worker only."""
    with database.read() as session:
        if every_h is not None and (running(session) or not is_due(session, every_h)):
            return None  # during a drill, escalation timers run for simulated incidents
    with database.write() as session:
        lock_head(session)
        if every_h is not None and not is_due(session, every_h):
            return None
        abandoned = select(CanaryRun.id).where(
            CanaryRun.ended_at.is_(None), CanaryRun.started_at < now() - DEAD
        )
        _remove(session, session.scalars(abandoned).all())
        session.execute(delete(CanaryRun).where(CanaryRun.started_at < now() - KEPT))
        run = CanaryRun(id=new_id(), started_at=now())
        session.add(run)
        session.flush()
        return run.id


def walk(settings: Settings, secrets: Secrets, database: Database, run_id: str) -> dict[str, datetime]:
    """Send the test report through the chain, remove it, and store the result; return the legs it reached."""
    reached: dict[str, datetime] = {}
    try:
        _run_legs(settings, secrets, database, run_id, reached)
    finally:
        ended = {leg: reached[leg].isoformat() for leg in LEGS if leg in reached}
        with database.write() as session:
            lock_head(session)
            _remove(session, [run_id])
            session.execute(
                update(CanaryRun).where(CanaryRun.id == run_id).values(ended_at=now(), legs=json.dumps(ended))
            )
    missed = [leg for leg in LEGS if leg not in reached]
    if missed:
        log().error("canary_failed", missed=missed)
    else:
        log().info("canary_passed")
    return reached


def _run_legs(
    settings: Settings, secrets: Secrets, database: Database, run_id: str, reached: dict[str, datetime]
) -> None:
    reader = StreamReader(settings, secrets)
    try:
        is_open = reader.open()
        report_id = send(settings, secrets, run_id, say(DEFAULT, "canary.report"))
        if report_id is not None:
            reached["web"] = now()
        seq = _queued(database, run_id)
        if seq is not None:
            reached["incident"] = now()
        _hand_over(database, run_id, seq)
        if is_open and seq is not None and _receives(reader, seq):
            reached["stream"] = now()
    finally:
        reader.close()
    checks: dict[str, Callable[[Session, str], bool]] = {"worker": _job_done}
    if seq is not None:
        checks["outbox"] = _push_taken
    _await(database, run_id, checks, reached)


def _queued(database: Database, run_id: str) -> int | None:
    """Return the number of the report's event if the dispatch queue shows the report, marked as simulation."""
    with database.read() as session:
        report = session.scalars(select(Report).where(Report.key == run_id)).first()
        if report is None or not report.simulation:
            return None
        rows = incident_queue.rows_of(session, [report.incident_id])
        if not rows or not rows[0]["simulation"]:
            return None
        return session.scalar(select(Event.seq).where(Event.report_id == report.id, Event.name == "received"))


def _hand_over(database: Database, run_id: str, seq: int | None) -> None:
    """Queue a job for the worker, and a push for the sender where the report was stored."""
    moment = now()
    with database.write() as session:
        jobs.put(session, JOB, {"run": run_id})
        report = session.scalars(select(Report).where(Report.key == run_id)).first()
        if report is None or report.device_id is None or seq is None:
            return
        session.add(
            PushSubscription(
                id=run_id,
                device_id=report.device_id,
                endpoint=f"https://uji.invalid/{run_id}",
                p256dh="-",
                auth="-",
                locale=DEFAULT,
                created_at=moment,
                renewed_at=moment,
            )
        )
        session.flush()
        enqueue(
            session,
            event_seq=seq,
            incident=incident_pushed(session, report.incident_id),
            wording="opened",
            reports=reports_with_device(session, report.incident_id, [report.id]),
        )


def _receives(reader: StreamReader, seq: int) -> bool:
    """Return whether the stream delivers event `seq` within `PATIENCE_S`.

    A closed stream is opened again, as a console does.
    """
    until = time.monotonic() + PATIENCE_S
    while reader.last_seq < seq and time.monotonic() < until:
        if not reader.read_message() and not reader.open(reader.last_seq or seq - 1):
            time.sleep(_LOOK_S)
    return reader.last_seq >= seq


def _await(
    database: Database,
    run_id: str,
    checks: dict[str, Callable[[Session, str], bool]],
    reached: dict[str, datetime],
) -> None:
    until = time.monotonic() + PATIENCE_S
    while checks and time.monotonic() < until:
        with database.read() as session:
            done = [leg for leg, check in checks.items() if check(session, run_id)]
        for leg in done:
            reached[leg] = now()
            del checks[leg]
        if checks:
            time.sleep(_LOOK_S)


def _job_done(session: Session, run_id: str) -> bool:
    query = select(Job.id).where(Job.name == JOB, Job.state == "done", Job.payload == _payload(run_id))
    return session.scalar(query) is not None


def _push_taken(session: Session, run_id: str) -> bool:
    """Return whether the sender has recorded its answer, which is to refuse this address."""
    query = select(Notification.id).where(
        Notification.subscription_id == run_id, Notification.answer == "address_not_allowed"
    )
    return session.scalar(query) is not None


def _payload(run_id: str) -> str:
    return json.dumps({"run": run_id})


def _remove(session: Session, runs: Sequence[str]) -> None:
    """Remove what these tests have written, except their events, which the log keeps."""
    incidents = session.scalars(select(Report.incident_id).where(Report.key.in_(runs))).all()
    if incidents:
        simulation.remove(session, only=incidents)
    session.execute(delete(PushSubscription).where(PushSubscription.id.in_(runs)))
    session.execute(delete(Device).where(Device.id.in_(runs)))
    session.execute(delete(Job).where(Job.name == JOB, Job.payload.in_([_payload(run) for run in runs])))
