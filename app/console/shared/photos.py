"""Send photos of reports to staff, as the worker rebuilt them from pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.shared.layout import READERS
from app.console.shared.route import console_route, current
from app.core.errors import NotFound
from app.core.ids import is_id
from app.incidents.models import Assignment
from app.incidents.queue.viewers import note_look
from app.reports.models import Media, Report
from app.reports.photos.storage import Shelf

if TYPE_CHECKING:
    from app import Siaga


@console_route("/foto/<media_id>", roles=READERS | {"agency"}, hidden=True)
def photo(media_id: str) -> ResponseReturnValue:
    """Send a photo that is ready, small with `kecil`; an agency may see those of its own incidents alone.

    Opening a large photo is recorded as an event; small ones are part of a page whose opening is recorded.
    """
    small = bool(request.args.get("kecil"))
    with database().write() as session:
        media = session.get(Media, media_id) if is_id(media_id) else None
        if media is None or media.state != "ready" or not _may_see(session, media):
            raise NotFound
        if not small:
            report = session.get_one(Report, media.report_id)
            note_look(session, current().id, report.incident_id, media=media_id)
    shelf = Shelf(cast("Siaga", current_app).settings.data)
    file = shelf.small(media_id) if small else shelf.large(media_id)
    if not file.exists():
        raise NotFound
    return send_file(file.absolute(), mimetype="image/jpeg")


def _may_see(session: Session, media: Media) -> bool:
    member = current()
    if member.role != "agency":
        return True
    query = (
        select(Assignment.id)
        .join(Report, Report.incident_id == Assignment.incident_id)
        .where(Report.id == media.report_id, Assignment.agency == member.agency)
    )
    return session.scalars(query.limit(1)).first() is not None
