"""Show the queue of open incidents, search results, and closed incidents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import ROLES
from app.accounts.request_user import database
from app.agencies.models import Agency
from app.console.dispatch.shift_view import shift_context
from app.console.shared.layout import READERS, first_page, gazetteer, urgency_of
from app.console.shared.page import locale
from app.console.shared.route import console_route, current
from app.console.silent.counsellor_access import is_counsellor
from app.console.silent.queue_rows import sees_cases, with_cases
from app.core.ids import is_id
from app.incidents.detail import recent_beacons
from app.incidents.duplicates.similarity import twins
from app.incidents.models import Incident
from app.incidents.queue import queue as queue_rows
from app.incidents.queue.changes import head
from app.incidents.search import find

SIZE = 100
"""Rows on one page of the queue; a city on its worst day has fewer open incidents."""
HISTORY = 50
"""Rows on one page of closed incidents."""


@console_route("/", roles=ROLES)
def home() -> ResponseReturnValue:
    """Redirect to the first page of the role."""
    member = current()
    return redirect(url_for(first_page(member.role, counsels=is_counsellor(member))), 303)


@console_route("/antrean", roles=READERS)
def queue() -> ResponseReturnValue:
    """Show the open incidents in queue order, or the search results for `cari`."""
    search_text = request.args.get("cari", "").strip()
    if search_text:
        return search(search_text)
    with database().read() as session:
        seq = head(session)
        after = _after(session)
        page = queue_rows.page(session, after=after, size=SIZE + 1, locale=locale())
        rows = page[:SIZE]
        if after is None:
            rows = sorted([*rows, *queue_rows.calling(session, locale=locale())], key=queue_rows.place_of)
        calls = recent_beacons(session)
        return render_template(
            "console/queue.html",
            rows=with_cases(session, rows) if after is None else rows,
            sees_cases=sees_cases(),
            more=page[SIZE - 1]["id"] if len(page) > SIZE else None,
            counts=counts(session),
            **shift_context(session),
            agencies=agency_names(session),
            calls=calls,
            names=village_names(),
            seq=seq,
            first=not request.args.get("sesudah"),
            twins=twins(session, rows),
        )


def search(search_text: str) -> str:
    """Return the page of search results, newest first."""
    with database().read() as session:
        ids = find(session, search_text, gazetteer())
        rows = {row["id"]: row for row in queue_rows.rows_of(session, ids, locale=locale())}
        return render_template(
            "console/search_results.html",
            search_text=search_text,
            rows=[rows[incident_id] for incident_id in ids],
            agencies=agency_names(session),
        )


@console_route("/riwayat", roles=READERS)
def history() -> ResponseReturnValue:
    """Show the closed incidents, newest first."""
    before = request.args.get("sebelum", "")
    before = before if is_id(before) else ""
    with database().read() as session:
        query = select(Incident.id).where(Incident.closed_at.is_not(None))
        if before:
            edge = session.get(Incident, before)
            query = query.where(Incident.id < edge.id) if edge else query
        ids = list(session.scalars(query.order_by(Incident.id.desc()).limit(HISTORY + 1)))
        rows = {row["id"]: row for row in queue_rows.rows_of(session, ids[:HISTORY], locale=locale())}
        return render_template(
            "console/history.html",
            rows=[rows[incident_id] for incident_id in ids[:HISTORY]],
            more=ids[HISTORY - 1] if len(ids) > HISTORY else None,
            resolutions=_resolutions(session, ids[:HISTORY]),
            agencies=agency_names(session),
        )


def counts(session: Session) -> dict[str, int]:
    """Return the counts of incidents: open, not yet opened, and priority 1 among those."""
    query = text(
        "SELECT COUNT(*) AS open, COALESCE(SUM(CASE WHEN state = 'received' THEN 1 ELSE 0 END), 0) AS waiting,"
        " COALESCE(SUM(CASE WHEN state = 'received' AND priority = 1 THEN 1 ELSE 0 END), 0) AS red"
        " FROM incident WHERE closed_at IS NULL"
    )
    return dict(session.execute(query).mappings().one())


def agency_names(session: Session) -> dict[str, str]:
    """Return the short names of all agencies by code."""
    return {row.code: row.short_name for row in session.execute(select(Agency.code, Agency.short_name))}


def village_names() -> dict[str, str]:
    """Return the names of the kelurahan by code."""
    return {code: village.name for code, village in gazetteer().by_code.items()}


def row_html(row: dict[str, Any], agencies: dict[str, str], alike: dict[str, list[str]]) -> str:
    """Return the HTML of one queue row, for the page and for live updates alike."""
    return render_template(
        "console/row.html", row=row, urgent=urgency_of(row), agencies=agencies, twins=alike
    )


def _after(session: Session) -> queue_rows.After | None:
    after = request.args.get("sesudah", "")
    edge = session.get(Incident, after) if is_id(after) else None
    return queue_rows.After(edge.priority, edge.doubt, edge.received_at, edge.id) if edge else None


def _resolutions(session: Session, ids: list[str]) -> dict[str, tuple[str | None, datetime | None]]:
    query = select(Incident.id, Incident.resolution, Incident.closed_at).where(Incident.id.in_(ids))
    return {row.id: (row.resolution, row.closed_at) for row in session.execute(query)}
