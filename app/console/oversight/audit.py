"""Search the event log page by page, and show its last anchor."""

from __future__ import annotations

import json

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.accounts.request_user import database
from app.console.dispatch.queue import agency_names
from app.console.oversight.shared import OVERSIGHT, current_query, shared
from app.console.shared.page import locale
from app.console.shared.route import console_route
from app.core.i18n import words
from app.eventlog.anchors import FILE
from app.incidents import audit_search
from app.incidents.actor import names_of
from app.incidents.models import Incident
from app.incidents.queue.changes import head
from app.reports.report_number import spoken_number
from app.statistics.query import last_days

SIZE = 100
"""Events on one page."""
USUAL_DAYS = 7
_EVENT = "console.event."


@console_route("/pengawas/audit", roles=OVERSIGHT)
def audit() -> ResponseReturnValue:
    """Show the events of the search, newest first, openings of incidents and photos included."""
    before = request.args.get("sebelum", "")
    after = int(before) if before.isdecimal() and len(before) < 19 else None
    with database().read() as session:
        search = requested_search(session)
        events = audit_search.search(session, search, before=after, size=SIZE + 1)
        shown = events[:SIZE]
        ids = {event.incident_id for event in shown if event.incident_id}
        numbers = session.execute(select(Incident.id, Incident.number).where(Incident.id.in_(ids))).all()
        return render_template(
            "console/oversight/audit.html",
            sought=search,
            number_filter=request.args.get("nomor", "").strip(),
            events=[(event, json.loads(event.data)) for event in shown],
            names=names_of(session, (event.actor_id for event in shown if event.actor == "staff")),
            numbers={row.id: spoken_number(row.number) for row in numbers},
            people=session.execute(select(Staff.id, Staff.name).order_by(Staff.name)).all(),
            kinds=sorted(
                (value, key.removeprefix(_EVENT))
                for key, value in words(locale()).items()
                if key.startswith(_EVENT)
            ),
            agencies=agency_names(session),
            more=shown[-1].seq if len(events) > SIZE else None,
            head=head(session),
            anchored=_last_anchor(),
            query={name: value for name, value in request.args.items() if name not in {"sebelum", "lang"}},
            **shared(),
        )


def requested_search(session: Session) -> audit_search.AuditFilter:
    """Return the search of the address; the last 7 days without dates in it.

    Raises:
        Invalid: an unreadable day, or days in the wrong order.
    """
    usual = last_days(USUAL_DAYS)
    days = current_query(usual)
    staff_id = request.args.get("siapa", "")
    member = session.get(Staff, staff_id) if len(staff_id) == 36 else None
    digits = request.args.get("nomor", "").strip().upper().removeprefix("B-")
    return audit_search.AuditFilter(
        days.first,
        days.last,
        staff_id=member.id if member else None,
        name=request.args.get("peristiwa") or None,
        number=int(digits) if digits.isdecimal() and len(digits) < 9 else None,
    )


def _last_anchor() -> tuple[str, str] | None:
    """Return time and event number of the last anchor in the file, which `./siaga audit verify` checks."""
    file = current_app.settings.data / FILE  # type: ignore[attr-defined]
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    parts = lines[-1].split(" ") if lines else []
    return (parts[0], parts[1]) if len(parts) in {4, 5} else None
