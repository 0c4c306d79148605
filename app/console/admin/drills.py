"""Start, feed and end drills, and show a bar on every console page while a drill runs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts.drills import drill_participants, running
from app.accounts.models import Staff
from app.accounts.request_user import database, member_or_none
from app.console import console
from app.console.dispatch.phone_report import reception
from app.console.dispatch.queue import agency_names
from app.console.shared.layout import current_actor
from app.console.shared.page import locale
from app.console.shared.route import console_route
from app.core.clock import wita_time
from app.core.errors import Conflict, Invalid, KeyReused, SiagaError
from app.core.i18n import say
from app.core.ids import is_id, new_id
from app.incidents.control_room import drills


@console_route("/simulasi", roles=drills.MAY)
def drill_page() -> ResponseReturnValue:
    """Show the running drill, or the form to start one."""
    return _render_page()


@console_route("/simulasi/start_drill", roles=drills.MAY, methods=["POST"])
def start_drill() -> ResponseReturnValue:
    """Start a drill with a name, a length in minutes and its staff."""
    minutes = request.form.get("minutes", "")
    try:
        with database().write() as session:
            drills.start_drill(
                session,
                current_actor(),
                name=request.form.get("name", "").strip(),
                minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 5 else 0,
                staff=[item for item in request.form.getlist("staff") if is_id(item)],
            )
    except (Invalid, Conflict) as fault:
        return _render_page(fault=fault), fault.status
    return redirect(url_for("console.drill_page"), 303)


@console_route("/simulasi/stop_drill", roles=drills.MAY, methods=["POST"])
def stop_drill() -> ResponseReturnValue:
    """End the running drill."""
    with database().write() as session:
        drills.stop_drill(session, current_actor())
    return redirect(url_for("console.drill_page"), 303)


@console_route("/simulasi/laporan", roles=drills.MAY, methods=["POST"])
def rehearse_report() -> ResponseReturnValue:
    """Create a drill report while a drill runs."""
    if not drill_words():
        over = Conflict("drill_over")
        return _render_page(fault=over), over.status
    try:
        key = request.form.get("key", "")
        with suppress(KeyReused):  # sent twice with different data: the first report stays
            drills.report_drill_incident(
                reception(),
                key=key if is_id(key) else new_id(),
                kind=request.form.get("kind", ""),
                words=request.form.get("words", "").strip(),
                landmark=request.form.get("landmark", "").strip(),
            )
    except (Invalid, Conflict) as fault:
        return _render_page(fault=fault), fault.status
    return redirect(url_for("console.drill_page"), 303)


def drill_words() -> str:
    """Return the text of the bar while a drill runs, "" otherwise."""
    with database().read() as session:
        drill = running(session)
        if drill is None:
            return ""
        return say(locale(), "drill.bar", name=drill.name, at=wita_time(drill.ends_at))


@console.context_processor
def _drill_context() -> dict[str, Any]:
    return {"drill_words": lambda: drill_words() if member_or_none() else ""}


def _render_page(*, fault: SiagaError | None = None) -> str:
    with database().read() as session:
        people = session.execute(
            select(Staff.id, Staff.name, Staff.role, Staff.agency)
            .where(Staff.disabled_at.is_(None), Staff.role.in_(("operator", "supervisor", "agency")))
            .order_by(Staff.role, Staff.name)
        ).all()
        return render_template(
            "console/drill.html",
            drill=running(session),
            part=drill_participants(session),
            people=people,
            agencies=agency_names(session),
            last=drills.last(session),
            minutes=drills.MINUTES,
            kinds=drills.REHEARSED_KINDS,
            key=new_id(),
            fault=fault,
        )
