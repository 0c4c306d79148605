"""Stores photos of the plain form after the report itself is stored, so that no photo can lose it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.errors import Conflict, DiskFull, NotFound, SiagaError, TooLarge, Unavailable, UnsupportedMedia
from app.core.ids import new_id
from app.public.pages.multipart import BrokenForm, Parts, Photo
from app.reports.photos.storage import Shelf
from app.reports.photos.uploads import MOST_BYTES, Announced, TooManyPhotos, announce, forget, keep_whole

if TYPE_CHECKING:
    from app import Siaga

FAULTS: Final[dict[type[Exception], str]] = {
    UnsupportedMedia: "type",
    TooLarge: "large",
    TooManyPhotos: "many",
    DiskFull: "full",
    BrokenForm: "broken",
    Conflict: "broken",
    NotFound: "broken",
    Unavailable: "broken",
    DBAPIError: "broken",
    PoolTimeout: "broken",
}
"""Fault of a photo → the code of its message (`form.photo_…`)."""
CODES: Final = frozenset(FAULTS.values())


def keep_photos(app: Siaga, report_id: str, parts: Parts) -> str:
    """Store the photos of a form; return the code of the first fault, "" when all are stored."""
    fault = ""
    try:
        for photo in parts.photos():
            code = _keep(app, report_id, photo, parts.most_bytes)
            fault = fault or code
    except BrokenForm:
        fault = fault or FAULTS[BrokenForm]
    return fault


def _keep(app: Siaga, report_id: str, photo: Photo, most_bytes: int) -> str:
    shelf: Shelf = app.extensions["shelf"]
    most = min(most_bytes, MOST_BYTES)
    announced = Announced(id=new_id(), report_id=report_id, bytes=most, type=photo.type, sha256=None)
    begun = False
    try:
        with app.database.write() as session:
            announce(session, shelf, announced, reserve_mb=app.settings.disk_reserve_mb)
        begun = True
        length = shelf.append(announced.id, offset=0, whole=most, body=photo)
        digest = shelf.digest(announced.id)
        with app.database.write() as session:
            kept = keep_whole(session, announced, length=length, sha256=digest)
    except tuple(FAULTS) as fault:
        if begun:
            _forget(app, shelf, announced.id)
        return next(code for kind, code in FAULTS.items() if isinstance(fault, kind))
    if not kept:
        shelf.drop(announced.id)
    return "" if length else "type"


def _forget(app: Siaga, shelf: Shelf, media_id: str) -> None:
    """Delete an incomplete photo; while the database is away, the worker's sweep does it later."""
    try:
        with app.database.write() as session:
            forget(session, media_id)
    except (SiagaError, DBAPIError, PoolTimeout):
        return
    shelf.drop(media_id)
