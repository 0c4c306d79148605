"""Write, change and remove crew notes about a place, which operators and crews see at the next call there."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.shared.layout import current_actor
from app.console.shared.route import DESK, console_route
from app.core.errors import Invalid, NotFound
from app.core.ids import is_id
from app.incidents.control_room import crew_notes
from app.incidents.models import Assignment, Incident

AGENCY = {"agency"}


@console_route("/tugas/<assignment_id>/catatan-tempat", roles=AGENCY, methods=["POST"], hidden=True)
def leave_note(assignment_id: str) -> ResponseReturnValue:
    """Write a note about the place of one of the agency's own assignments."""
    from app.console.dispatch.agency_tasks import task_page

    if not is_id(assignment_id):
        raise NotFound
    try:
        with database().write() as session:
            crew_notes.write(session, current_actor(), assignment_id, _form_note())
    except Invalid as fault:
        return task_page(assignment_id, fault=fault), fault.status
    return redirect(url_for("console.task", assignment_id=assignment_id, _anchor="h-crew"), 303)


@console_route("/catatan-tempat/<note_id>", roles=DESK | AGENCY, methods=["POST"])
def change_note(note_id: str) -> ResponseReturnValue:
    """Change the text of a note."""
    try:
        with database().write() as session:
            incident_id = _incident(session, note_id)
            crew_notes.change(session, current_actor(), note_id, _form_note(), incident_id=incident_id)
    except Invalid as fault:
        return _page_with_fault(fault), fault.status
    return redirect(url_for("console.incident", incident_id=incident_id), 303)


@console_route("/catatan-tempat/<note_id>/hapus", roles=DESK | AGENCY, methods=["POST"])
def remove_note(note_id: str) -> ResponseReturnValue:
    """Remove a note from the pages."""
    with database().write() as session:
        incident_id = _incident(session, note_id)
        crew_notes.remove(session, current_actor(), note_id, incident_id=incident_id)
    return redirect(url_for("console.incident", incident_id=incident_id), 303)


def _incident(session: Session, note_id: str) -> str:
    """Return the id of the incident whose page held the form.

    Raises:
        NotFound: note or incident is missing, or the agency has no assignment in it.
    """
    incident_id = request.form.get("incident", "")
    if not is_id(note_id) or not is_id(incident_id) or session.get(Incident, incident_id) is None:
        raise NotFound
    me = current_actor()
    if me.role == "agency":
        own = select(Assignment.id).where(
            Assignment.incident_id == incident_id, Assignment.agency == me.agency
        )
        if session.scalars(own).first() is None:
            raise NotFound
    return incident_id


def _page_with_fault(fault: Invalid) -> str:
    from app.console.dispatch import agency_tasks, incident

    incident_id, agency = request.form["incident"], current_actor().agency
    if agency is None:
        return incident.page(incident_id, fault=fault)
    with database().read() as session:
        query = select(Assignment.id).where(
            Assignment.incident_id == incident_id, Assignment.agency == agency
        )
        own = session.scalars(query.order_by(Assignment.notified_at.desc())).first()
    return agency_tasks.task_page(own or "", fault=fault)


def _form_note() -> crew_notes.NoteDraft:
    form = request.form
    days = form.get("days", "")
    known = int(days) if days.isdecimal() and len(days) < 5 else 0
    return crew_notes.NoteDraft(form.get("kind", ""), form.get("text", ""), known)
