"""Confirm strikes for false reports and decide appeals.

A supervisor other than the member who confirmed the strike decides its appeal.
"""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts.request_user import database
from app.console.dispatch import incident as incident_page
from app.console.shared.layout import current_actor
from app.console.shared.route import DESK, console_route, current
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.ids import is_id
from app.incidents.actor import names_of
from app.incidents.trust import strikes
from app.reports.models import Report
from app.reports.report_number import spoken_number

READERS = frozenset({"supervisor", "auditor"})


@console_route("/banding", roles=READERS)
def strike_list() -> ResponseReturnValue:
    """Show the active strikes; waiting appeals come first."""
    return _render_page()


@console_route("/laporan/<report_id>/confirm_strike", roles=DESK, methods=["POST"])
def confirm_strike(report_id: str) -> ResponseReturnValue:
    """Confirm that a report was false, as a strike."""
    if not is_id(report_id):
        raise NotFound
    with database().read() as session:
        report = session.get(Report, report_id)
        if report is None:
            raise NotFound
        incident_id = report.incident_id
    try:
        with database().write() as session:
            strikes.confirm_strike(session, current_actor(), report_id)
    except Conflict as fault:
        return incident_page.page(incident_id, fault=fault), fault.status
    return redirect(url_for("console.incident", incident_id=incident_id), 303)


MOVES = {"lift_strike": strikes.lift_strike, "uphold_strike": strikes.uphold_strike}
"""Code of the move, the last part of its address → function that applies it."""


@console_route("/banding/<strike_id>/<move>", roles={"supervisor"}, methods=["POST"])
def decide_strike(strike_id: str, move: str) -> ResponseReturnValue:
    """Decide an appeal: lift the strike, or uphold it."""
    if move not in MOVES or not is_id(strike_id):
        raise NotFound
    try:
        with database().write() as session:
            MOVES[move](session, current_actor(), strike_id)
    except (Conflict, Forbidden) as fault:
        return _render_page(fault=fault.detail), fault.status
    return redirect(url_for("console.strike_list"), 303)


def _render_page(*, fault: str = "") -> str:
    with database().read() as session:
        rows = strikes.strikes(session)
        numbers = session.execute(
            select(Report.id, Report.number, Report.kind).where(
                Report.id.in_([row.report_id for row in rows])
            )
        )
        return render_template(
            "console/strikes.html",
            rows=rows,
            fault=fault,
            reports={row.id: (spoken_number(row.number), row.kind) for row in numbers},
            names=names_of(session, [name for row in rows for name in (row.confirmed_by, row.decided_by)]),
            may_decide=current().role == "supervisor",
        )
