"""Build the template context of shifts for dispatch pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.console.shared.layout import current_actor
from app.console.shared.route import DESK
from app.incidents.actor import names_of
from app.incidents.control_room import handover, shifts


def shift_context(session: Session) -> dict[str, Any]:
    """Return the member's own shift, all running shifts, and handovers of others that wait for a signature."""
    me = current_actor()
    rows = shifts.running(session)
    waiting = [row for row in handover.untaken(session) if row.given_by != me.id]
    staff = [row.staff_id for row in rows] + [row.given_by for row in waiting]
    return {
        "own_shift": next((row for row in rows if row.staff_id == me.id), None),
        "works": me.role in DESK,
        "working": rows,
        "handed_to_me": waiting,
        "shift_names": names_of(session, staff),
    }
