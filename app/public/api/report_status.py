"""Reads the progress of a report, ordinary or silent, with the same members for both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.domain import SILENT_KIND
from app.core.errors import NotFound
from app.http.edge import UNRECORDED
from app.incidents.reporter import status as reporter_status
from app.reports.advice import advice
from app.reports.report_number import spoken_number
from app.silent import reporter_status as following

OPEN_WITHIN_S = 15
"""Seconds until the phone advises to call 112; the routing table's figure for red kinds."""


def progress(session: Session, report_id: str) -> dict[str, Any]:
    """Return everything that the reporter may see.

    Raises:
        NotFound: no such report, or no longer.
    """
    try:
        return reporter_status.progress(session, report_id)
    except NotFound:
        followed = following.follow(session, report_id)
    request.environ[UNRECORDED] = True
    case = followed.case
    due = case.received_at + timedelta(seconds=OPEN_WITHIN_S)
    return {
        "id": case.id,
        "number": spoken_number(case.number),
        "kind": SILENT_KIND,
        "state": case.state,
        "received_at": case.received_at.isoformat(),
        "priority": case.priority,
        "simulation": False,
        "ladder": followed.rungs,
        "agencies": [],
        "messages": [],
        "open_within_s": OPEN_WITHIN_S,
        "unopened_alarm": case.state == "received" and now() > due,
        "media": [],
        "advice": advice(SILENT_KIND, case.locale),
        "nearby": [],
        "still": None,
        "caution": False,
        "strike": None,
        "ask": None,
        "sharing": None,
        "needs": [],
    }


def signal(session: Session, report_id: str, code: str) -> dict[str, Any]:
    """Record a signal of the reporter.

    Raises:
        NotFound: no such report, or no longer.
    """
    try:
        return reporter_status.signal(session, report_id, code)
    except NotFound:
        at = following.signal(session, report_id, code)
    request.environ[UNRECORDED] = True
    return {"signal": code, "at": at.isoformat()}
