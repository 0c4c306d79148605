"""Show the after-action review of one incident, which can be printed."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.dispatch.queue import agency_names, village_names
from app.console.oversight.shared import OVERSIGHT, shared
from app.console.shared.page import locale
from app.console.shared.route import console_route, current
from app.core.errors import NotFound
from app.core.ids import is_id
from app.incidents.detail import dossier
from app.incidents.queue import viewers
from app.statistics.after_action import review


@console_route("/pengawas/tinjauan/<incident_id>", roles=OVERSIGHT)
def after_action(incident_id: str) -> ResponseReturnValue:
    """Show the timeline of one incident and its response times against the targets; opening it is logged."""
    if not is_id(incident_id):
        raise NotFound
    with database().write() as session:
        found = dossier(session, incident_id, locale=locale())
        viewers.note_look(session, current().id, incident_id)
        return render_template(
            "console/oversight/afterwards.html",
            dossier=found,
            incident=found.incident,
            row=found.row,
            review=review(session, found),
            agencies=agency_names(session),
            villages=village_names(),
            **shared(),
        )
