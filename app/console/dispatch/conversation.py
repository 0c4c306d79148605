"""Send questions to a reporter and record how to talk to them, with forms that work without script."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.dispatch import incident as incident_page
from app.console.shared.layout import current_actor
from app.console.shared.route import DESK, console_route
from app.core.errors import Invalid, NotFound
from app.core.ids import is_id
from app.incidents.reporter import questions, read_receipts, shared_position, yes_no_link

if TYPE_CHECKING:
    from app import Siaga


@console_route("/laporan/<report_id>/ask_reporter", roles=DESK, methods=["POST"])
def ask_reporter(report_id: str) -> ResponseReturnValue:
    """Send one request to the reporter: `question:<code>`, `photo`, `position` or `share`."""
    incident_id = _incident_of(report_id)
    what, _, question = request.form.get("ask", "").partition(":")
    try:
        with database().write() as session:
            questions.ask_reporter(session, current_actor(), report_id, what=what, question=question or None)
    except Invalid as fault:
        return incident_page.page(incident_id, fault=fault), fault.status
    return _back(incident_id)


@console_route("/laporan/<report_id>/send_answer_page", roles=DESK, methods=["POST"])
def send_answer_page(report_id: str) -> ResponseReturnValue:
    """Send the link to the yes/no page to the caller's number."""
    incident_id = _incident_of(report_id)
    app = cast("Siaga", current_app)
    host = (app.settings.public_url or request.host_url).rstrip("/")
    try:
        with database().write() as session:
            yes_no_link.send_answer_page(
                session, current_actor(), report_id, host + yes_no_link.way(app.secrets, report_id)
            )
    except Invalid as fault:
        return incident_page.page(incident_id, fault=fault), fault.status
    return _back(incident_id)


@console_route("/laporan/<report_id>/stop_sharing", roles=DESK, methods=["POST"])
def stop_sharing(report_id: str) -> ResponseReturnValue:
    """Stop sharing the reporter's position."""
    incident_id, ask_id = _incident_of(report_id), request.form.get("ask", "")
    if not is_id(ask_id):
        raise NotFound
    with database().write() as session:
        shared_position.stop_sharing(session, report_id, ask_id, actor=current_actor())
    return _back(incident_id)


@console_route("/laporan/<report_id>/set_need", roles=DESK, methods=["POST"])
def set_need(report_id: str) -> ResponseReturnValue:
    """Record whether the reporter needs an interpreter."""
    incident_id = _incident_of(report_id)
    with database().write() as session:
        needed = request.form.get("on") == "1"
        read_receipts.set_need(session, report_id, "interpreter", on=needed, by=current_actor().id)
    return _back(incident_id)


def _incident_of(report_id: str) -> str:
    if not is_id(report_id):
        raise NotFound
    with database().read() as session:
        report, _ = questions.both(session, report_id)
        return report.incident_id


def _back(incident_id: str) -> ResponseReturnValue:
    return redirect(url_for("console.incident", incident_id=incident_id, _anchor="tanya"), 303)
