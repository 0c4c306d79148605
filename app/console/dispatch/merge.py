"""Merge and unmerge duplicate incidents, and ask their reporters whether the emergency goes on."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.dispatch import incident as incident_page
from app.console.shared.layout import current_actor
from app.console.shared.route import DESK, console_route
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import is_id
from app.incidents.duplicates import merge as merging
from app.incidents.models import INCIDENT_STATES, Incident
from app.incidents.reporter import still_ongoing


@console_route("/kejadian/<incident_id>/merge", roles=DESK, methods=["POST"])
def merge(incident_id: str) -> ResponseReturnValue:
    """Merge two incidents; the one in the later state stays, and the older one in equal states."""
    other_id = request.form.get("other", "")
    if not is_id(incident_id) or not is_id(other_id):
        raise NotFound
    try:
        with database().write() as session:
            pair = _pair(session, incident_id, other_id)
            merging.merge(session, current_actor(), pair)
    except (Conflict, Invalid) as fault:
        return incident_page.page(incident_id, fault=fault), fault.status
    return redirect(url_for("console.incident", incident_id=pair.incident_id), 303)


@console_route("/kejadian/<incident_id>/unmerge", roles=DESK, methods=["POST"])
def unmerge(incident_id: str) -> ResponseReturnValue:
    """Undo a merge."""
    merging_id = request.form.get("merging", "")
    if not is_id(incident_id) or not is_id(merging_id):
        raise NotFound
    try:
        with database().write() as session:
            version = number("version")
            merging.unmerge(session, current_actor(), incident_id, version=version, merging_id=merging_id)
    except (Conflict, Invalid) as fault:
        return incident_page.page(incident_id, fault=fault), fault.status
    return redirect(url_for("console.incident", incident_id=incident_id), 303)


@console_route("/kejadian/<incident_id>/ask_still_ongoing", roles=DESK, methods=["POST"])
def ask_still_ongoing(incident_id: str) -> ResponseReturnValue:
    """Ask the reporters whether the emergency still goes on."""
    if not is_id(incident_id):
        raise NotFound
    try:
        with database().write() as session:
            still_ongoing.ask_still_ongoing(session, current_actor(), incident_id)
    except Conflict as fault:
        return incident_page.page(incident_id, fault=fault), fault.status
    return redirect(url_for("console.incident", incident_id=incident_id, _anchor="h-still"), 303)


def number(field: str) -> int:
    """Return the number in a form field.

    Raises:
        Invalid: the field has no number of at most nine digits.
    """
    sent = request.form.get(field, "")
    if not sent.isdecimal() or len(sent) > 9:
        raise Invalid([(f"/{field}", "number")])
    return int(sent)


def _pair(session: Session, incident_id: str, other_id: str) -> merging.Pair:
    first, other = session.get(Incident, incident_id), session.get(Incident, other_id)
    if first is None or other is None:
        raise NotFound
    seen = {first.id: number("version"), other.id: number("other_version")}
    stays, goes = sorted((first, other), key=_precedence)
    return merging.Pair(stays.id, seen[stays.id], goes.id, seen[goes.id])


def _precedence(incident: Incident) -> tuple[int, Any, str]:
    return -INCIDENT_STATES.index(incident.state), incident.received_at, incident.id
