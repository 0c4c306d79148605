"""Answers `/api/v1/reports/{id}/media`: takes photos in pieces and returns the pictures made of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

from flask import Blueprint, Response, current_app, request

from app.core.errors import Invalid, NotFound, SlowDown, TooLarge
from app.http.body import read
from app.http.operation import Header, operation
from app.http.response import as_json
from app.http.security_headers import content_policy
from app.incidents.trust.strikes import cools_down
from app.public.api.operations import REPORT_PROBLEMS, TRACK
from app.public.api.report_intake import body
from app.public.api.reports import known_report
from app.public.api.schemas.requests import MediaSent
from app.reports.photos.storage import Shelf
from app.reports.photos.uploads import (
    MOST_BYTES,
    Announced,
    Standing,
    announce,
    finish_upload,
    photo_of,
    standing,
    take_piece,
)

if TYPE_CHECKING:
    from app import Siaga

media = Blueprint("media", __name__, url_prefix="/api/v1/reports/<uuid:report_id>/media")
_MOST_DIGITS: Final = 12
COOLED_S: Final = 3600
"""Seconds that a phone waits with photos while strikes count against it; its reports never wait."""

_OFFSET_HEADER: Final = Header(
    name="Upload-Offset",
    description="Where this piece begins",
    schema={"type": "integer", "minimum": 0, "maximum": MOST_BYTES},
    required=True,
)


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.register_blueprint(media)


def serve_installation(app: Siaga) -> None:
    """Open the store of photos of this installation."""
    app.extensions["shelf"] = Shelf(app.settings.data)


@media.post("")
@operation(
    operation_id="begin_photo",
    summary="Announce a photo; its bytes follow in pieces",
    request=MediaSent,
    responses={201: "MediaBegun", 200: "MediaBegun"},
    problems=(*REPORT_PROBLEMS, 409, 415, 429, 507),
    security=TRACK,
)
def announce_photo(report_id: UUID) -> Response:
    """Announce a photo: 201, or 200 with its offset when it was announced before."""
    report = known_report(report_id)
    sent = read(MediaSent, body(request.environ))
    photo = Announced(
        id=sent.id.lower(),
        report_id=report,
        bytes=sent.bytes,
        type=sent.type,
        sha256=sent.sha256.lower() if sent.sha256 else None,
    )
    app = _app()
    with app.database.write() as session:
        if cools_down(session, report):
            raise SlowDown(retry_after_s=COOLED_S)
        found = announce(session, _shelf(), photo, reserve_mb=app.settings.disk_reserve_mb)
    document = {
        "id": found.id,
        "offset": found.offset,
        "bytes": found.bytes,
        "upload_url": _upload_url(report, found.id),
    }
    return as_json(document, 201 if found.fresh else 200).response()


@media.patch("/<uuid:media_id>")
@operation(
    operation_id="send_piece",
    summary="A piece of a photo, beginning where the upload ends; answers where it ends now",
    request="application/offset+octet-stream",
    responses={204: None},
    problems=(*REPORT_PROBLEMS, 409, 415, 507),
    security=TRACK,
    headers=(_OFFSET_HEADER,),
)
def append_piece(report_id: UUID, media_id: UUID) -> Response:
    """Append a piece that begins where the upload ends: 204 with the new end."""
    report = known_report(report_id)
    offset = _offset(request.headers.get("Upload-Offset"))
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge
    app = _app()
    with app.database.read() as session:
        upload = standing(session, _shelf(), report, str(media_id))
    progress = take_piece(
        _shelf(),
        upload,
        offset=offset,
        body=request.environ["wsgi.input"],
        reserve_mb=app.settings.disk_reserve_mb,
    )
    return _upload_progress(progress)


@media.get("/<uuid:media_id>")
@operation(
    operation_id="picture",
    summary="The picture that was made of the photo, once it was checked",
    method="get",
    responses={200: "image/jpeg"},
    problems=(401, 404, 503),
    security=TRACK,
)
@operation(
    operation_id="ask_offset",
    summary="Where the upload ends now, in the header Upload-Offset",
    method="head",
    responses={200: None},
    problems=(401, 404, 503),
    security=TRACK,
)
def picture(report_id: UUID, media_id: UUID) -> Response:
    """Return the picture once it was checked (`?size=small` for the small one); to HEAD the offset of the upload."""
    report = known_report(report_id)
    with _app().database.read() as session:
        if request.method == "HEAD":
            return _upload_progress(standing(session, _shelf(), report, str(media_id)), 200)
        photo = photo_of(session, report, str(media_id))
        if photo.state != "ready":
            raise NotFound
    return picture_answer(str(media_id), small=request.args.get("size") == "small")


def picture_answer(media_id: str, *, small: bool) -> Response:
    """Return a picture as a JPEG that no page may run and no cache may keep.

    Raises:
        NotFound: its file is gone.
    """
    shelf = _shelf()
    file: Path = shelf.small(media_id) if small else shelf.large(media_id)
    try:
        pixels = file.read_bytes()
    except FileNotFoundError:
        raise NotFound from None
    headers = {
        "Content-Disposition": f'inline; filename="foto-{media_id[-8:]}.jpg"',
        "Content-Security-Policy": content_policy() + "; sandbox",
        "Cache-Control": "no-store",
    }
    return Response(pixels, 200, headers, mimetype="image/jpeg")


def _upload_progress(upload: Standing, status: int = 204) -> Response:
    """Return the offset of an upload; a complete one is handed to the worker, again if the last answer was lost."""
    if upload.offset == upload.bytes:
        with _app().database.write() as session:
            finish_upload(session, upload)
    headers = {
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.bytes),
        "Cache-Control": "no-store",
    }
    return Response(status=status, headers=headers)


def _offset(header: str | None) -> int:
    if header is None:
        raise Invalid([("/Upload-Offset", "missing")])
    if not (header.isascii() and header.isdecimal()) or len(header) > _MOST_DIGITS:
        raise Invalid([("/Upload-Offset", "wrong_type")])
    return int(header)


def _upload_url(report_id: str, media_id: str) -> str:
    return f"/api/v1/reports/{report_id}/media/{media_id}"


def _shelf() -> Shelf:
    shelf: Shelf = current_app.extensions["shelf"]
    return shelf


def _app() -> Siaga:
    return cast("Siaga", current_app)
