"""Show and change major incidents: the list, and a board with parts, reports and assignments."""

from __future__ import annotations

from collections import Counter

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.dispatch import incident as incident_page
from app.console.dispatch.queue import agency_names
from app.console.shared.layout import READERS, current_actor
from app.console.shared.page import locale
from app.console.shared.route import DESK, console_route
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import is_id
from app.incidents.actor import names_of
from app.incidents.duplicates import major_incident
from app.incidents.queue.queue import rows_of


@console_route("/besar", roles=READERS)
def major_list() -> ResponseReturnValue:
    """Show the major incidents."""
    with database().read() as session:
        found = major_incident.majors(session)
        names = names_of(session, [row.lead_id for row in found])
        return render_template("console/major_incidents.html", majors=found, names=names)


@console_route("/besar/<major_id>", roles=READERS)
def major_board(major_id: str) -> ResponseReturnValue:
    """Show one major incident with its parts and the counts of reports and assignments."""
    with database().read() as session:
        row = session.get(major_incident.Major, major_id) if is_id(major_id) else None
        if row is None:
            raise NotFound
        ids = major_incident.parts_of(session, major_id)
        found = {item["id"]: item for item in rows_of(session, ids, locale=locale())}
        rows = [found[id_] for id_ in ids]
        tasks = Counter((task["agency"], task["state"]) for item in rows for task in item["agencies"])
        return render_template(
            "console/major_incident.html",
            major=row,
            lead=names_of(session, [row.lead_id]).get(row.lead_id, ""),
            rows=rows,
            reports=sum(item["reports"] for item in rows),
            open_ones=sum(1 for item in rows if not item["closed_at"]),
            tasks=sorted(tasks.items()),
            agencies=agency_names(session),
        )


@console_route("/kejadian/<incident_id>/declare_major", roles=DESK, methods=["POST"])
def declare_major(incident_id: str) -> ResponseReturnValue:
    """Declare a new major incident with this incident as its first part."""
    if not is_id(incident_id):
        raise NotFound
    name = request.form.get("name", "")
    try:
        with database().write() as session:
            major_id = major_incident.declare_major(session, current_actor(), incident_id, name).id
    except (Conflict, Invalid) as fault:
        return incident_page.page(incident_id, fault=fault), fault.status
    return redirect(url_for("console.major_board", major_id=major_id), 303)


@console_route("/kejadian/<incident_id>/link_major", roles=DESK, methods=["POST"])
def link_major(incident_id: str) -> ResponseReturnValue:
    """Link an incident to a major incident."""
    major_id = request.form.get("major", "")
    if not is_id(incident_id) or not is_id(major_id):
        raise NotFound
    try:
        with database().write() as session:
            major_incident.link_major(session, current_actor(), major_id, incident_id)
    except (Conflict, Invalid) as fault:
        return incident_page.page(incident_id, fault=fault), fault.status
    return redirect(url_for("console.major_board", major_id=major_id), 303)


@console_route("/kejadian/<incident_id>/unlink_major", roles=DESK, methods=["POST"])
def unlink_major(incident_id: str) -> ResponseReturnValue:
    """Unlink an incident from its major incident."""
    if not is_id(incident_id):
        raise NotFound
    with database().write() as session:
        major_id = major_incident.unlink_major(session, current_actor(), incident_id)
    return redirect(url_for("console.major_board", major_id=major_id), 303)


MOVES = {"lead_major": major_incident.lead_major, "end_major": major_incident.end_major}
"""Code of the move, the last part of its address → function that applies it."""


@console_route("/besar/<major_id>/<move>", roles=DESK, methods=["POST"])
def move_major(major_id: str, move: str) -> ResponseReturnValue:
    """Take the lead of a major incident, or end it."""
    if move not in MOVES or not is_id(major_id):
        raise NotFound
    with database().write() as session:
        MOVES[move](session, current_actor(), major_id)
    return redirect(url_for("console.major_board", major_id=major_id), 303)
