"""Show the incident page: data, timeline, assignments, and the moves that the role may make now."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.agencies.models import Agency
from app.console.dispatch.conversation_view import conversation_context
from app.console.dispatch.incident_context import duplicates_context, place_context
from app.console.dispatch.queue import agency_names, village_names
from app.console.shared.layout import READERS, gazetteer, is_opening, urgency_of
from app.console.shared.page import locale
from app.console.shared.place_map import drawing
from app.console.shared.route import DESK, console_route, current
from app.core.domain import KINDS
from app.core.errors import Conflict, NotFound, SiagaError
from app.core.ids import is_id
from app.incidents.detail import Dossier, dossier
from app.incidents.lifecycle import transfer
from app.incidents.lifecycle.commands import suggested
from app.incidents.lifecycle.transitions import LIVE_ASSIGNMENTS, assignment_moves, incident_moves
from app.incidents.models import DECLINE_REASONS, RESOLUTIONS, Assignment
from app.incidents.queue import unread, viewers
from app.incidents.queue.changes import head


@console_route("/kejadian/<incident_id>", roles=READERS | {"agency"})
def incident(incident_id: str) -> ResponseReturnValue:
    """Show an incident; redirect an agency to its own assignment in it."""
    if current().role == "agency":
        return redirect(url_for("console.task", assignment_id=_own_assignment(incident_id)), 303)
    return page(incident_id)


def page(incident_id: str, *, fault: SiagaError | None = None) -> str:
    """Return the incident page; `fault` is shown at its top, with actor, time and move of a conflicting change."""
    if not is_id(incident_id):
        raise NotFound
    member = current()
    with database().write() as session:
        fresh: list[str] = []
        if is_opening():
            fresh = unread.seen(session, incident_id) if member.role in DESK else []
            viewers.note_look(session, member.id, incident_id)
        found = dossier(session, incident_id, locale=locale())
        others: list[str] = []
        if member.role in DESK:
            others = viewers.look(session, incident_id, member.id)
        return render_template(
            "console/incident.html",
            **_page_context(session, found, member.role),
            others=others,
            fresh=fresh,
            seq=head(session),
            fault=fault,
            conflict=fault if isinstance(fault, Conflict) else None,
        )


@console_route("/kejadian/<incident_id>/forward", roles=DESK)
def forwarding(incident_id: str) -> ResponseReturnValue:
    """Show the form that forwards an incident, with lead and support agencies as the routing table suggests."""
    if not is_id(incident_id):
        raise NotFound
    with database().read() as session:
        found = dossier(session, incident_id, locale=locale())
        have = {row.agency for row in found.assignments if row.state in LIVE_ASSIGNMENTS}
        lead, supports = suggested(session, found.incident)
        template = "forward_form" if request.args.get("bagian") else "forward"
        return render_template(
            f"console/{template}.html",
            row=found.row,
            suggested_lead=lead,
            lead=found.incident.lead if found.incident.lead in have else lead,
            supports=supports,
            have=have,
            declined={row.agency: row for row in found.assignments if row.state == "declined"},
            choices=session.scalars(select(Agency).where(Agency.active).order_by(Agency.short_name)).all(),
        )


def _page_context(session: Session, found: Dossier, role: str) -> dict[str, Any]:
    return {
        "dossier": found,
        "incident": found.incident,
        "row": found.row,
        "urgent": urgency_of(found.row),
        "moves": incident_moves(found.incident.state, role),
        "assignment_moves": {
            row.id: assignment_moves(row.state, role) for row in found.assignments if role in DESK
        },
        "agencies": agency_names(session),
        "villages": village_names(),
        "drawing": drawing(gazetteer(), found),
        "same": duplicates_context(session, found),
        **place_context(session, found.incident),
        "transfers": transfer.transfers(session, found.incident.id),
        "may_hand_over": transfer.may_hand_over(found.incident),
        **conversation_context(session, found),
        "kinds": KINDS,
        "resolutions": RESOLUTIONS,
        "reasons": DECLINE_REASONS,
        "may_write": role in DESK,
    }


def _own_assignment(incident_id: str) -> str:
    """Return the agency's newest assignment in an incident.

    Raises:
        NotFound: the agency has none.
    """
    if not is_id(incident_id):
        raise NotFound
    query = (
        select(Assignment.id)
        .where(Assignment.incident_id == incident_id, Assignment.agency == current().agency)
        .order_by(Assignment.notified_at.desc())
        .limit(1)
    )
    with database().read() as session:
        found = session.scalars(query).first()
    if found is None:
        raise NotFound
    return found
