"""Hand a shift over: open incidents and promises, signed by the operator who leaves and the one who takes over."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.dispatch.queue import agency_names, village_names
from app.console.dispatch.shift_view import shift_context
from app.console.oversight.shared import shared
from app.console.shared.layout import current_actor
from app.console.shared.page import locale
from app.console.shared.route import DESK, console_route
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SiagaError
from app.core.ids import is_id
from app.incidents.actor import Actor, names_of
from app.incidents.control_room import handover, shifts
from app.incidents.control_room import paper_pack as paper
from app.reports.report_number import spoken_number

READERS = DESK | {"auditor"}


@console_route("/serah-terima", roles=READERS)
def handing() -> ResponseReturnValue:
    """Show the open incidents, the form to hand them over, and the last handovers."""
    return _render_list_page()


@console_route("/serah-terima", roles=DESK, methods=["POST"])
def give_handover() -> ResponseReturnValue:
    """Sign the open incidents and promises for the next operator."""
    promises = {
        name.removeprefix("promise-"): text
        for name, text in request.form.items()
        if name.startswith("promise-")
    }
    try:
        with database().write() as session:
            row = handover.give_handover(
                session, current_actor(), note=request.form.get("note", ""), promises=promises
            )
    except (Invalid, Conflict) as fault:
        return _render_list_page(fault=fault), fault.status
    return redirect(url_for("console.handed", handover_id=row.id), 303)


@console_route("/serah-terima/start_shift", roles=DESK, methods=["POST"])
def start_shift() -> ResponseReturnValue:
    """Begin the operator's shift without a handover."""
    return _change_shift(shifts.start_shift, "console.queue")


@console_route("/serah-terima/end_shift", roles=DESK, methods=["POST"])
def end_shift() -> ResponseReturnValue:
    """End the operator's shift without a handover, which the log records."""
    return _change_shift(shifts.end_shift, "console.handing")


@console_route("/lembar-darurat", roles=DESK)
def paper_pack() -> ResponseReturnValue:
    """Download the sheet of open incidents, for printing in case the system fails."""
    with database().read() as session:
        html = paper.render(session, locale=locale())
    answer = Response(html, mimetype="text/html")
    answer.headers["Content-Disposition"] = f"attachment; filename={paper.SHEET}"
    return answer


@console_route("/serah-terima/<handover_id>", roles=READERS)
def handed(handover_id: str) -> ResponseReturnValue:
    """Show one handover for reading, signing and printing."""
    return _render_handover_page(handover_id)


@console_route("/serah-terima/<handover_id>/take_handover", roles=DESK, methods=["POST"])
def take_handover(handover_id: str) -> ResponseReturnValue:
    """Sign a handover and take over its shift."""
    if not is_id(handover_id):
        raise NotFound
    try:
        with database().write() as session:
            handover.take_handover(session, current_actor(), handover_id)
    except (Forbidden, Conflict) as fault:
        return _render_handover_page(handover_id, fault=fault), fault.status
    return redirect(url_for("console.handed", handover_id=handover_id), 303)


def _change_shift(change: Callable[[Session, Actor], object], endpoint: str) -> ResponseReturnValue:
    try:
        with database().write() as session:
            change(session, current_actor())
    except Conflict as fault:
        return _render_list_page(fault=fault), fault.status
    return redirect(url_for(endpoint), 303)


def _render_list_page(*, fault: SiagaError | None = None) -> str:
    with database().read() as session:
        rows = handover.handovers(session)
        return render_template(
            "console/handover.html",
            **shift_context(session),
            entries=handover.open_now(session),
            rows=rows,
            names=names_of(session, [staff for row in rows for staff in (row.given_by, row.taken_by)]),
            agencies=agency_names(session),
            villages=village_names(),
            spoken=spoken_number,
            typed=request.form,
            may_write=current_actor().role in DESK,
            words_max=handover.WORDS_MAX,
            fault=fault,
            **shared(),
        )


def _render_handover_page(handover_id: str, *, fault: SiagaError | None = None) -> str:
    with database().read() as session:
        row = session.get(handover.Handover, handover_id) if is_id(handover_id) else None
        if row is None:
            raise NotFound
        me = current_actor()
        return render_template(
            "console/signed_handover.html",
            row=row,
            content=handover.content_of(row),
            names=names_of(session, [row.given_by, row.taken_by]),
            agencies=agency_names(session),
            spoken=spoken_number,
            may_take=me.role in DESK and row.taken_by is None and row.given_by != me.id,
            mine=row.given_by == me.id,
            language=locale(),
            fault=fault,
            **shared(),
        )
