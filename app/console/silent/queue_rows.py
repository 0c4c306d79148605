"""Add silent cases to the incident queue, for cleared operators only."""

from __future__ import annotations

from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from app.console.shared.layout import viewer_of
from app.console.shared.route import current
from app.core.clock import now
from app.incidents.queue.queue import place_of
from app.incidents.queue.urgency import urgency
from app.reports.report_number import spoken_number
from app.silent.access import viewer_kind
from app.silent.dispatch_case import open_case_rows

OPEN_WITHIN_S, ACCEPT_WITHIN_S = 15, 60
"""Deadlines of a red kind in the routing table, in seconds."""


def sees_cases() -> bool:
    """Return whether the signed-in staff member sees silent cases in the queue."""
    return viewer_kind(viewer_of(current())) == "operator"


def with_cases(session: Session, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the queue with silent cases sorted in; unchanged for staff who may not see any."""
    if not sees_cases():
        return found
    return sorted([*found, *case_rows_of(session)], key=place_of)


def case_rows_of(session: Session) -> list[dict[str, Any]]:
    """Return the open cases of the signed-in staff member, with the action each needs now.

    Raises:
        NotFound: the staff member may not see silent cases.
    """
    found = open_case_rows(session, viewer_of(current()))
    for row in found:
        row["number"] = spoken_number(row["number"])
        row["urgent"] = urgency(_clocked(row), now())
    return found


def case_html(row: dict[str, Any], agencies: dict[str, str]) -> str:
    """Render one row of the page."""
    return render_template("console/case_row.html", row=row, urgent=row["urgent"], agencies=agencies)


def _clocked(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row as the queue's deadlines read it: an agency that accepted ends the wait for acceptance."""
    taken = any(entry["state"] in {"accepted", "en_route", "on_scene", "done"} for entry in row["agencies"])
    state = "accepted" if taken and row["state"] == "forwarded" else row["state"]
    return row | {
        "state": state,
        "closed_at": None,
        "unseen": 0,
        "signal": None,
        "open_within_s": OPEN_WITHIN_S,
        "accept_within_s": ACCEPT_WITHIN_S,
    }
