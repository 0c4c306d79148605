"""A photo of the simulated day takes the way of every photo: announced, sent, checked and rebuilt by the worker."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

from app.core.db import Database
from app.core.ids import new_id
from app.reports.photos import uploads
from app.reports.photos.storage import Shelf


def upload(database: Database, data: Path, report_id: str, body: bytes) -> None:
    """Send one JPEG for a report."""
    shelf = Shelf(data)
    photo = uploads.Announced(
        id=new_id(),
        report_id=report_id,
        bytes=len(body),
        type="image/jpeg",
        sha256=hashlib.sha256(body).hexdigest(),
    )
    with database.write() as session:
        begun = uploads.announce(session, shelf, photo, reserve_mb=0)
    sent = uploads.take_piece(shelf, begun, offset=0, body=BytesIO(body), reserve_mb=0)
    with database.write() as session:
        uploads.finish_upload(session, sent)
