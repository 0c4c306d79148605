"""Show an agency its own assignments, made for phones: a list, and one page with the next step.

Assignments of other agencies answer 404.
"""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.dispatch.conversation_view import conversation_context
from app.console.dispatch.incident_context import place_context
from app.console.dispatch.queue import agency_names, village_names
from app.console.shared.layout import gazetteer, is_opening
from app.console.shared.page import locale
from app.console.shared.place_map import drawing
from app.console.shared.route import console_route, current
from app.core.errors import Conflict, NotFound, SiagaError
from app.core.ids import is_id
from app.incidents.control_room import crew_notes
from app.incidents.detail import dossier
from app.incidents.lifecycle.transitions import assignment_moves
from app.incidents.models import DECLINE_REASONS, Assignment
from app.incidents.queue.changes import head
from app.incidents.queue.queue import rows_of
from app.incidents.queue.viewers import note_look

AGENCY = {"agency"}
DONE = 50
"""Ended assignments in the list."""


@console_route("/tugas", roles=AGENCY)
def tasks() -> ResponseReturnValue:
    """Show the open assignments of this agency."""
    return _render_list(is_open=True)


@console_route("/tugas/selesai", roles=AGENCY)
def tasks_done() -> ResponseReturnValue:
    """Show the assignments that this agency finished or declined, or that were cancelled."""
    return _render_list(is_open=False)


@console_route("/tugas/<assignment_id>", roles=AGENCY, hidden=True)
def task(assignment_id: str) -> ResponseReturnValue:
    """Show one assignment with the next step as one large button."""
    return task_page(assignment_id)


def task_page(assignment_id: str, *, fault: SiagaError | None = None) -> str:
    """Return the page of one own assignment; `fault` is shown at its top.

    Raises:
        NotFound: the assignment is missing, or another agency's.
    """
    member = current()
    with database().write() as session:
        own = session.get(Assignment, assignment_id) if is_id(assignment_id) else None
        if own is None or own.agency != member.agency:
            raise NotFound
        if is_opening():
            note_look(session, member.id, own.incident_id)
        found = dossier(session, own.incident_id, locale=locale())
        return render_template(
            "console/task.html",
            own=own,
            dossier=found,
            incident=found.incident,
            row=found.row,
            moves=assignment_moves(own.state, "agency"),
            agencies=agency_names(session),
            villages=village_names(),
            drawing=drawing(gazetteer(), found),
            reasons=DECLINE_REASONS,
            seq=head(session),
            fault=fault,
            conflict=fault if isinstance(fault, Conflict) else None,
            may_leave=crew_notes.may_write(found.incident, own.agency),
            **place_context(session, found.incident),
            **conversation_context(session, found),
        )


def _render_list(*, is_open: bool) -> str:
    with database().read() as session:
        entries = _own_assignments(session, current().agency or "", is_open=is_open)
        return render_template(
            "console/tasks.html",
            entries=entries,
            open_ones=is_open,
            agencies=agency_names(session),
            seq=head(session),
        )


def _own_assignments(
    session: Session, agency: str, *, is_open: bool
) -> list[tuple[Assignment, dict[str, Any]]]:
    """Return assignments with their queue rows: open ones by urgency, ended ones newest first."""
    query = select(Assignment).where(Assignment.agency == agency)
    if is_open:
        query = query.where(Assignment.ended_at.is_(None)).order_by(Assignment.notified_at)
    else:
        query = query.where(Assignment.ended_at.is_not(None)).order_by(Assignment.ended_at.desc()).limit(DONE)
    own = session.scalars(query).all()
    rows = {row["id"]: row for row in rows_of(session, [entry.incident_id for entry in own], locale=locale())}
    found = [(entry, rows[entry.incident_id]) for entry in own]
    if is_open:
        found.sort(key=lambda pair: (pair[0].state != "notified", pair[1]["priority"], pair[0].notified_at))
    return found
