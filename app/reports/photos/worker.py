"""Checks and rebuilds uploaded photos in the worker, and refuses abandoned uploads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core import jobs
from app.core.clock import now
from app.core.db import Database
from app.core.disk import free_bytes
from app.core.log import log
from app.eventlog.log import REPORTER, SYSTEM, record_event
from app.reports.models import Media, Report
from app.reports.photos.process import Rebuilt, rebuild_photo
from app.reports.photos.sniff import Refused
from app.reports.photos.storage import Shelf
from app.reports.photos.uploads import CHECK, Standing, finish_upload

FREE_BYTES_NEEDED: Final = 8 * 1024 * 1024
"""Free bytes that rebuilding may need; with less the photo waits for `WAIT`."""
WAIT: Final = timedelta(minutes=1)
ABANDONED: Final = timedelta(hours=48)
STUCK: Final = timedelta(hours=1)
Arrived = Callable[[Session, str], None]


def check_photo(database: Database, shelf: Shelf, media_id: str, *, arrived: Arrived) -> None:
    """Rebuild an upload from its pixels, or refuse it; safe to run twice.

    `arrived` is called for a photo that is ready, with its incident, in the same transaction.
    """
    with database.read() as session:
        media = session.get(Media, media_id)
    if media is None or media.state != "checking":
        shelf.drop(media_id, "upload")
        return
    if free_bytes(shelf.folder) < FREE_BYTES_NEEDED:
        with database.write() as session:
            jobs.put(session, CHECK, {"id": media_id}, run_at=now() + WAIT)
        return
    try:
        rebuilt = _rebuild(shelf, media)
    except Refused as fault:
        log().info("photo_refused", media_id=media_id, why=fault.code)
        _settle(database, media, {"state": "refused", "refused": fault.code})
        shelf.drop(media_id)
    else:
        size = {"width": rebuilt.width, "height": rebuilt.height}
        ready = {"state": "ready", "type": "image/jpeg", "ready_at": now(), **size}
        _settle(database, media, ready, arrived)
        shelf.drop(media_id, "upload")


def sweep(database: Database, shelf: Shelf) -> None:
    """Finish uploads whose last answer was lost, refuse abandoned ones, and queue stuck checks again."""
    moment = now()
    with database.read() as session:
        waiting = session.scalars(
            select(Media).where(
                Media.state.in_(("uploading", "checking")), Media.created_at < moment - timedelta(minutes=5)
            )
        ).all()
    for media in waiting:
        if media.state == "uploading":
            _finish_or_give_up(database, shelf, media, moment)
        elif media.created_at < moment - STUCK:
            with database.write() as session:
                _requeue_check(session, media)


def _rebuild(shelf: Shelf, media: Media) -> Rebuilt:
    try:
        if media.sha256 is not None and shelf.digest(media.id) != media.sha256:
            raise Refused("damaged")
        return rebuild_photo(shelf.upload(media.id), large=shelf.large(media.id), small=shelf.small(media.id))
    except FileNotFoundError:
        raise Refused("damaged") from None


def _settle(database: Database, media: Media, values: dict[str, Any], arrived: Arrived | None = None) -> None:
    """Write the result of a check and append its event, once."""
    with database.write() as session:
        done: Any = session.execute(
            update(Media).where(Media.id == media.id, Media.state == media.state).values(**values)
        )
        incident_id = session.scalar(select(Report.incident_id).where(Report.id == media.report_id))
        if done.rowcount:
            if arrived and incident_id:
                arrived(session, incident_id)
            actor, name = (
                (REPORTER, "photo_added") if values["state"] == "ready" else (SYSTEM, "photo_refused")
            )
            record_event(
                session, actor, name, incident_id=incident_id, report_id=media.report_id, media=media.id
            )


def _finish_or_give_up(database: Database, shelf: Shelf, media: Media, moment: datetime) -> None:
    received = shelf.received(media.id) or 0
    if received == media.bytes:
        with database.write() as session:
            finish_upload(session, Standing(media.id, received, media.bytes))
    elif media.created_at < moment - ABANDONED:
        _settle(database, media, {"state": "refused", "refused": "abandoned"})
        shelf.drop(media.id)


def _requeue_check(session: Session, media: Media) -> None:
    """Queue the check again unless it still waits."""
    payload = {"id": media.id}
    if not jobs.is_waiting(session, CHECK, payload):
        jobs.put(session, CHECK, payload)
