"""Transfer an incident to the 112 of a neighbouring city: text to read out, telephone, receipt."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.admin.landmarks import atlas
from app.console.shared.layout import current_actor
from app.console.shared.page import locale
from app.console.shared.route import DESK, console_route
from app.core.errors import Conflict, Invalid, NotFound, SiagaError
from app.core.ids import is_id
from app.geo.geocoding.describe_position import here
from app.incidents.lifecycle import transfer
from app.incidents.lifecycle.transitions import incident_moves
from app.incidents.models import Incident
from app.incidents.queue.queue import rows_of
from app.notifications.gateway.providers import open_means
from app.reports.models import Report


@console_route("/kejadian/<incident_id>/hand_over", roles=DESK)
def handing_over(incident_id: str) -> ResponseReturnValue:
    """Show the text to read out, the number to call, and the form for the receipt."""
    return _render_page(incident_id)


@console_route("/kejadian/<incident_id>/send_over", roles=DESK, methods=["POST"])
def send_over(incident_id: str) -> ResponseReturnValue:
    """Send the text by e-mail or SMS; the receipt follows later."""
    version, means = _form_version(incident_id), request.form.get("means", "")
    try:
        with database().write() as session:
            row = _require_incident(session, incident_id)
            _require_open_means(means)
            transfer.send_over(
                session,
                current_actor(),
                incident_id,
                version=version,
                to=request.form.get("to", ""),
                means=means,
                text=_brief(session, row),
            )
    except (Conflict, Invalid) as fault:
        return _render_page(incident_id, fault=fault), fault.status
    return redirect(url_for("console.handing_over", incident_id=incident_id), 303)


@console_route("/kejadian/<incident_id>/hand_over", roles=DESK, methods=["POST"])
def hand_over(incident_id: str) -> ResponseReturnValue:
    """Record the receipt of the neighbour."""
    version, form = _form_version(incident_id), request.form
    try:
        with database().write() as session:
            row = _require_incident(session, incident_id)
            transfer.hand_over(
                session,
                current_actor(),
                incident_id,
                version=version,
                to=form.get("to", ""),
                taken_by=form.get("taken_by", ""),
                reference=form.get("reference", ""),
                text=_brief(session, row),
            )
    except (Conflict, Invalid) as fault:
        return _render_page(incident_id, fault=fault), fault.status
    return redirect(url_for("console.incident", incident_id=incident_id), 303)


def _form_version(incident_id: str) -> int:
    sent = request.form.get("version", "")
    if not is_id(incident_id) or not sent.isdecimal() or len(sent) > 9:
        raise NotFound
    return int(sent)


def _require_open_means(means: str) -> None:
    if means not in open_means(current_app.settings):  # type: ignore[attr-defined]
        raise Invalid([("/means", "no_address")])


def _require_incident(session: Session, incident_id: str) -> Incident:
    row = session.get(Incident, incident_id) if is_id(incident_id) else None
    if row is None or not transfer.may_hand_over(row):
        raise NotFound
    return row


def _brief(session: Session, row: Incident) -> str:
    query = select(Report).where(Report.incident_id == row.id).order_by(Report.received_at, Report.id)
    found = here(atlas(), row.lat, row.lon) if row.lat is not None and row.lon is not None else None
    return transfer.brief(row, session.scalars(query).all(), found)


def _render_page(incident_id: str, *, fault: SiagaError | None = None) -> str:
    with database().read() as session:
        incident = _require_incident(session, incident_id)
        known = transfer.neighbours(session)
        beyond = None
        if incident.lat is not None and incident.lon is not None:
            beyond = here(atlas(), incident.lat, incident.lon).beyond
        return render_template(
            "console/neighbour.html",
            incident=incident,
            row=rows_of(session, [incident_id], locale=locale())[0],
            moves=incident_moves(incident.state, current_actor().role),
            text=_brief(session, incident),
            known=known,
            agencies={item.code: item.short_name for item in known},
            suggested=transfer.NEIGHBOUR_OF.get(beyond or "sea", ""),
            reach={item.code: transfer.addresses_of(session, item.code) for item in known},
            open_ways=open_means(current_app.settings) & {"email", "sms"},  # type: ignore[attr-defined]
            transfers=transfer.transfers(session, incident_id),
            words_max=transfer.WORDS_MAX,
            typed=request.form if fault else {},
            fault=fault,
            conflict=fault if isinstance(fault, Conflict) else None,
        )
