"""Photos of a report: announced, sent in pieces, checked by the worker, kept as pixels alone."""

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
"""One photo; the phone makes them smaller first."""
MOST_PHOTOS: Final = 8
"""Of one report."""
CHECK: Final = "check_photo"
"""Name of the job that looks at a photo once all of it is here."""


class TooManyPhotos(SiagaError):
    """The report has as many photos as it may have."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "too_many_photos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A photo that a phone wants to send: `id` is made by the phone, so that announcing twice is announcing once."""

    id: str
    report_id: str
    bytes: int
    type: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an upload is."""

    id: str
    offset: int
    bytes: int
    fresh: bool = False


def announce(session: Session, shelf: Shelf, photo: Announced, *, reserve_mb: int) -> Standing:
    """Make room for a photo, or say how far it is when it was announced before.

    Raises:
        UnsupportedMedia: no JPEG, PNG or WebP.
        TooLarge: more than `MOST_BYTES`.
        TooManyPhotos: `MOST_PHOTOS` are here.
        Conflict: the id belongs to another report.
        NotFound: no such report.
        DiskFull: the room that is left is for reports.
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
    """Return how far an upload is; what its row says of a photo that is already here.

    Raises:
        NotFound: no such photo of this report, or its bytes are lost: announce it again.
    """
    media = photo_of(session, report_id, media_id)
    if media.state != "uploading":
        return Standing(media.id, media.bytes, media.bytes)
    received = shelf.received(media.id)
    if received is None:
        raise NotFound
    return Standing(media.id, received, media.bytes)


def take_piece(shelf: Shelf, upload: Standing, *, offset: int, body: Stream, reserve_mb: int) -> Standing:
    """Write a piece of an upload; no database connection is held meanwhile.

    Raises:
        Conflict: the upload is elsewhere; `facts` hold its `offset`.
        NotFound, TooLarge, DiskFull: as `Shelf.append`.
    """
    if upload.offset == upload.bytes:
        if offset != upload.bytes:
            raise Conflict(offset=upload.offset)
        return upload
    make_room_for_upload(shelf.folder.parent, size=upload.bytes - upload.offset, reserve_mb=reserve_mb)
    here = shelf.append(upload.id, offset=offset, whole=upload.bytes, body=body)
    return Standing(upload.id, here, upload.bytes)


def finish_upload(session: Session, upload: Standing) -> bool:
    """Once all bytes are here: hand the photo to the worker, in one transaction and once."""
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
    """Hand over a photo that came at once and without its length; False when it is empty or here already.

    A form that is sent once more brings the same photo: it is told by its digest, and the second is forgotten.
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
    """Take out the row of an upload that did not become a photo."""
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
