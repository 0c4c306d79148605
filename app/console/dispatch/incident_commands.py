"""Apply the moves of incidents and assignments that staff post as forms, with or without script.

A form that comes too late shows the change that came first.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.admin.landmarks import degree
from app.console.dispatch import incident as incident_page
from app.console.shared.layout import current_actor, gazetteer
from app.console.shared.route import DESK, console_route, current, wants_json
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import is_id
from app.incidents.actor import Actor
from app.incidents.lifecycle import assignments, commands, set_place
from app.incidents.lifecycle.transition import TransitionResult
from app.incidents.models import Assignment
from app.incidents.reporter import messages
from app.incidents.trust import verification_label
from app.reports.models import Report

Form = Callable[[str], str]
FIELD_ROLES = DESK | {"agency"}


def _form_version() -> int:
    sent = request.form.get("version", "")
    if not sent.isdecimal() or len(sent) > 9:
        raise Invalid([("/version", "number")])
    return int(sent)


def _open(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    return commands.open_incident(session, actor, incident_id, version=_form_version())


def _forward(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    sent = [request.form.get("lead", ""), *request.form.getlist("supports")]
    agencies = [code for code in sent if code]
    return commands.forward(session, actor, incident_id, version=_form_version(), to=agencies)


def _lead(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    return commands.lead(
        session, actor, incident_id, version=_form_version(), agency=request.form.get("agency", "")
    )


def _close(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    resolution = request.form.get("resolution", "")
    return commands.close(session, actor, incident_id, version=_form_version(), resolution=resolution)


def _reopen(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    return commands.reopen(session, actor, incident_id, version=_form_version())


def _set_kind(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    return commands.set_kind(
        session, actor, incident_id, version=_form_version(), kind=request.form.get("kind", "")
    )


def _set_priority(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    sent = request.form.get("priority", "")
    priority = int(sent) if sent in {"1", "2", "3"} else 0
    return commands.set_priority(session, actor, incident_id, version=_form_version(), priority=priority)


def _set_place(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    return set_place.set_place(session, actor, incident_id, version=_form_version(), spot=_form_spot())


def _form_spot() -> set_place.Spot:
    """Return the place of the form.

    Raises:
        Invalid: without a position.
    """
    lat, lon = degree("lat"), degree("lon")
    if lat is None or lon is None or abs(lat) > 90:
        raise Invalid([("/lat", "number")])
    place = gazetteer().place_of(lat, lon)
    return set_place.Spot(request.form.get("kind", ""), request.form.get("name", ""), lat, lon, place)


def _doubt(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    return verification_label.doubt(session, actor, incident_id, version=_form_version())


def _trust(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    return verification_label.trust(session, actor, incident_id, version=_form_version())


def _note(session: Session, actor: Actor, incident_id: str) -> TransitionResult:
    return commands.note(session, actor, incident_id, text=request.form.get("text", ""))


MOVES = {
    "open": _open,
    "forward": _forward,
    "lead": _lead,
    "close": _close,
    "reopen": _reopen,
    "set_kind": _set_kind,
    "set_priority": _set_priority,
    "set_place": _set_place,
    "note": _note,
    "doubt": _doubt,
    "trust": _trust,
}
"""Code of the move, the last part of its address → function that applies it."""


@console_route("/kejadian/<incident_id>/<move>", roles=DESK, methods=["POST"])
def move_incident(incident_id: str, move: str) -> ResponseReturnValue:
    """Apply a move to an incident."""
    if move not in MOVES or not is_id(incident_id):
        raise NotFound
    try:
        with database().write() as session:
            result = MOVES[move](session, current_actor(), incident_id)
    except (Conflict, Invalid) as fault:
        if wants_json():
            raise
        return incident_page.page(incident_id, fault=fault), fault.status
    if wants_json():
        return jsonify(seq=result.seq, version=result.version, state=result.state)
    back = url_for("console.queue") if request.form.get("back") == "queue" else None
    return redirect(back or url_for("console.incident", incident_id=incident_id), 303)


@console_route("/laporan/<report_id>/send_message", roles=DESK, methods=["POST"])
def send_message(report_id: str) -> ResponseReturnValue:
    """Send a message to a reporter."""
    with database().read() as session:
        report = session.get(Report, report_id) if is_id(report_id) else None
    if report is None:
        raise NotFound
    incident_id = report.incident_id
    try:
        with database().write() as session:
            messages.send_message(session, current_actor(), report_id, text=request.form.get("text", ""))
    except Invalid as fault:
        return incident_page.page(incident_id, fault=fault), fault.status
    return redirect(url_for("console.incident", incident_id=incident_id, _anchor="pesan"), 303)


@console_route("/penugasan/<assignment_id>/<move>", roles=FIELD_ROLES, methods=["POST"], hidden=True)
def move_assignment(assignment_id: str, move: str) -> ResponseReturnValue:
    """Apply a move to an assignment, by its agency or by an operator for an agency that called in."""
    if not is_id(assignment_id) or (move != "decline" and move not in assignments.MOVES):
        raise NotFound
    try:
        with database().write() as session:
            _move_assignment(session, assignment_id, move)
    except (Conflict, Invalid) as fault:
        if wants_json():
            raise
        return _page_with_fault(assignment_id, fault), fault.status
    if current().role == "agency":
        return redirect(url_for("console.task", assignment_id=assignment_id), 303)
    return redirect(url_for("console.incident", incident_id=_incident_of(assignment_id)), 303)


def _move_assignment(session: Session, assignment_id: str, move: str) -> TransitionResult:
    if move != "decline":
        return assignments.MOVES[move](session, current_actor(), assignment_id, version=_form_version())
    refusal = assignments.Refusal(request.form.get("reason", ""), request.form.get("note", ""))
    return assignments.decline(session, current_actor(), assignment_id, version=_form_version(), why=refusal)


def _page_with_fault(assignment_id: str, fault: Conflict | Invalid) -> str:
    from app.console.dispatch import agency_tasks

    if current().role == "agency":
        return agency_tasks.task_page(assignment_id, fault=fault)
    return incident_page.page(_incident_of(assignment_id), fault=fault)


def _incident_of(assignment_id: str) -> str:
    with database().read() as session:
        found = session.scalars(select(Assignment.incident_id).where(Assignment.id == assignment_id)).first()
    if found is None:
        raise NotFound
    return found
