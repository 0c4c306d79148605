"""Takes photo uploads: announced, sent in pieces, then handed to the worker for checking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.core import jobs
from app.core.clock import now
from app.core.disk import make_room_for_upload
from app.core.errors import Conflict, NotFound, SiagaError, TooLarge, UnsupportedMedia
from app.reports.models import Media, Report
from app.reports.photos.storage import Shelf, Stream

TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
MOST_BYTES: Final = 12 * 1024 * 1024
"""Limit of one photo; the phone scales photos down before sending."""
MOST_PHOTOS: Final = 8
"""Photos of one report."""
CHECK: Final = "check_photo"
"""Name of the job that checks a complete photo."""


class TooManyPhotos(SiagaError):
    """Raised when a report has `MOST_PHOTOS` already."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "too_many_photos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A photo that a phone wants to send; the phone makes `id`, so that announcing again changes nothing."""

    id: str
    report_id: str
    bytes: int
    type: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Progress of an upload in bytes."""

    id: str
    offset: int
    bytes: int
    fresh: bool = False


def announce(session: Session, shelf: Shelf, photo: Announced, *, reserve_mb: int) -> Standing:
    """Create an upload for a photo, or return the progress of the one that was announced before.

    Raises:
        UnsupportedMedia: not a JPEG, PNG or WebP.
        TooLarge: more than `MOST_BYTES`.
        TooManyPhotos: the report has `MOST_PHOTOS`.
        Conflict: the id belongs to another report.
        NotFound: no such report.
        DiskFull: the remaining disk space is reserved for reports.
    """
    if photo.type not in TYPES:
        raise UnsupportedMedia
    if photo.bytes > MOST_BYTES:
        raise TooLarge(most_bytes=MOST_BYTES)
    known = session.get(Media, photo.id)
    if known is not None:
        if known.report_id != photo.report_id:
            raise Conflict
        if known.state == "uploading":
            shelf.begin(known.id)
        return standing(session, shelf, photo.report_id, photo.id)
    report = session.scalars(select(Report.id).where(Report.id == photo.report_id).with_for_update()).first()
    if report is None:
        raise NotFound
    have = session.scalar(select(func.count()).select_from(Media).where(Media.report_id == report)) or 0
    if have >= MOST_PHOTOS:
        raise TooManyPhotos(most_photos=MOST_PHOTOS)
    make_room_for_upload(shelf.folder.parent, size=photo.bytes, reserve_mb=reserve_mb)
    shelf.drop(photo.id)
    session.add(
        Media(
            id=photo.id,
            report_id=report,
            type=photo.type,
            bytes=photo.bytes,
            sha256=photo.sha256,
            state="uploading",
            created_at=now(),
        )
    )
    return Standing(photo.id, shelf.begin(photo.id), photo.bytes, fresh=True)


def standing(session: Session, shelf: Shelf, report_id: str, media_id: str) -> Standing:
    """Return the progress of an upload; a complete photo counts by its row.

    Raises:
        NotFound: no such photo of this report, or its bytes are lost and it must be announced again.
    """
    media = photo_of(session, report_id, media_id)
    if media.state != "uploading":
        return Standing(media.id, media.bytes, media.bytes)
    received = shelf.received(media.id)
    if received is None:
        raise NotFound
    return Standing(media.id, received, media.bytes)


def take_piece(shelf: Shelf, upload: Standing, *, offset: int, body: Stream, reserve_mb: int) -> Standing:
    """Append a piece to an upload without holding a database connection.

    Raises:
        Conflict: the upload has another offset; the error carries `offset`.
        NotFound, TooLarge, DiskFull: as `Shelf.append`.
    """
    if upload.offset == upload.bytes:
        if offset != upload.bytes:
            raise Conflict(offset=upload.offset)
        return upload
    make_room_for_upload(shelf.folder.parent, size=upload.bytes - upload.offset, reserve_mb=reserve_mb)
    length = shelf.append(upload.id, offset=offset, whole=upload.bytes, body=body)
    return Standing(upload.id, length, upload.bytes)


def finish_upload(session: Session, upload: Standing) -> bool:
    """Queue the check of a complete upload, once; return whether this call queued it."""
    if upload.offset < upload.bytes:
        return False
    done: Any = session.execute(
        update(Media)
        .where(Media.id == upload.id, Media.state == "uploading")
        .values(state="checking", received_bytes=upload.bytes)
    )
    if done.rowcount:
        jobs.put(session, CHECK, {"id": upload.id})
    return bool(done.rowcount)


def keep_whole(session: Session, photo: Announced, *, length: int, sha256: str) -> bool:
    """Queue the check of a photo sent whole, without its length; return False when it is empty or a duplicate.

    A form that is sent again brings the same photo: its digest shows it, and the second copy is dropped.
    """
    twin = select(Media.id).where(
        Media.report_id == photo.report_id, Media.sha256 == sha256, Media.id != photo.id
    )
    if not length or session.scalar(twin.limit(1)):
        forget(session, photo.id)
        return False
    session.execute(update(Media).where(Media.id == photo.id).values(bytes=length, sha256=sha256))
    return finish_upload(session, Standing(photo.id, length, length))


def forget(session: Session, media_id: str) -> None:
    """Delete the row of an unfinished upload."""
    session.execute(delete(Media).where(Media.id == media_id, Media.state == "uploading"))


def photo_of(session: Session, report_id: str, media_id: str) -> Media:
    """Return the row of a report's photo.

    Raises:
        NotFound: no such photo of this report.
    """
    media = session.get(Media, media_id)
    if media is None or media.report_id != report_id:
        raise NotFound
    return media
