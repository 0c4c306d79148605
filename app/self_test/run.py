"""One test: sent, stored and queued, heard on the stream, its push taken by the sender, its job done by the worker.

Marked as simulation from its first byte, so it rings nobody and counts nowhere; whatever becomes of it, it is removed
again. Its push has an address that cannot exist (RFC 2606), which the sender refuses without asking the network.
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
from app.self_test.client import Ear, send
from app.self_test.models import LEGS, CanaryRun
from app.self_test.status import is_due
from config import Settings

JOB: Final = "canary"
PATIENCE_S: Final = 30.0
"""How long the stream, and then the worker, may take before the leg counts as missed."""
DEAD: Final = timedelta(minutes=5)
"""A test that has not ended for so long was left behind by whoever made it."""
KEPT: Final = timedelta(days=90)
_LOOK_S: Final = 0.1


def begin(database: Database, every_h: int | None = None) -> str | None:
    """Write down that a test begins; return its id. With `every_h` only when one is due, and by one worker alone."""
    with database.read() as session:
        if every_h is not None and (running(session) or not is_due(session, every_h)):
            return None  # not in a drill, where clocks of what is simulated run
    with database.write() as session:
        lock_head(session)
        if every_h is not None and not is_due(session, every_h):
            return None
        dead = select(CanaryRun.id).where(CanaryRun.ended_at.is_(None), CanaryRun.started_at < now() - DEAD)
        _remove(session, session.scalars(dead).all())
        session.execute(delete(CanaryRun).where(CanaryRun.started_at < now() - KEPT))
        run = CanaryRun(id=new_id(), started_at=now())
        session.add(run)
        session.flush()
        return run.id


def walk(settings: Settings, secrets: Secrets, database: Database, run_id: str) -> dict[str, datetime]:
    """Take the report through the chain, remove it, and keep what came of it; return the legs it reached."""
    reached: dict[str, datetime] = {}
    try:
        _go(settings, secrets, database, run_id, reached)
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


def _go(
    settings: Settings, secrets: Secrets, database: Database, run_id: str, reached: dict[str, datetime]
) -> None:
    ear = Ear(settings, secrets)
    try:
        listening = ear.listen()
        report_id = send(settings, secrets, run_id, say(DEFAULT, "canary.report"))
        if report_id is not None:
            reached["web"] = now()
        seq = _queued(database, run_id)
        if seq is not None:
            reached["incident"] = now()
        _hand_over(database, run_id, seq)
        if listening and seq is not None and _hears(ear, seq):
            reached["stream"] = now()
    finally:
        ear.close()
    looks: dict[str, Callable[[Session, str], bool]] = {"worker": _job_done}
    if seq is not None:
        looks["outbox"] = _push_taken
    _await(database, run_id, looks, reached)


def _queued(database: Database, run_id: str) -> int | None:
    """Return the number of the report's event once it stands in the room's queue, marked."""
    with database.read() as session:
        report = session.scalars(select(Report).where(Report.key == run_id)).first()
        if report is None or not report.simulation:
            return None
        rows = incident_queue.rows_of(session, [report.incident_id])
        if not rows or not rows[0]["simulation"]:
            return None
        return session.scalar(select(Event.seq).where(Event.report_id == report.id, Event.name == "received"))


def _hand_over(database: Database, run_id: str, seq: int | None) -> None:
    """Give the worker a job, and the sender a push where there is a report to tell of."""
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


def _hears(ear: Ear, seq: int) -> bool:
    """Tell whether the stream tells of event `seq` in time.

    A stream that was closed is opened again, as a console does.
    """
    until = time.monotonic() + PATIENCE_S
    while ear.heard < seq and time.monotonic() < until:
        if not ear.hear() and not ear.listen(ear.heard or seq - 1):
            time.sleep(_LOOK_S)
    return ear.heard >= seq


def _await(
    database: Database,
    run_id: str,
    looks: dict[str, Callable[[Session, str], bool]],
    reached: dict[str, datetime],
) -> None:
    until = time.monotonic() + PATIENCE_S
    while looks and time.monotonic() < until:
        with database.read() as session:
            done = [leg for leg, look in looks.items() if look(session, run_id)]
        for leg in done:
            reached[leg] = now()
            del looks[leg]
        if looks:
            time.sleep(_LOOK_S)


def _job_done(session: Session, run_id: str) -> bool:
    query = select(Job.id).where(Job.name == JOB, Job.state == "done", Job.payload == _payload(run_id))
    return session.scalar(query) is not None


def _push_taken(session: Session, run_id: str) -> bool:
    """Tell whether the sender has written its answer: this address it refuses by itself."""
    query = select(Notification.id).where(
        Notification.subscription_id == run_id, Notification.answer == "address_not_allowed"
    )
    return session.scalar(query) is not None


def _payload(run_id: str) -> str:
    return json.dumps({"run": run_id})


def _remove(session: Session, runs: Sequence[str]) -> None:
    """Remove what these tests have written; its events stay, as all do."""
    incidents = session.scalars(select(Report.incident_id).where(Report.key.in_(runs))).all()
    if incidents:
        simulation.remove(session, only=incidents)
    session.execute(delete(PushSubscription).where(PushSubscription.id.in_(runs)))
    session.execute(delete(Device).where(Device.id.in_(runs)))
    session.execute(delete(Job).where(Job.name == JOB, Job.payload.in_([_payload(run) for run in runs])))
