"""Answer requests of console scripts: stream ticket, changed rows, viewers of an incident."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.dispatch.queue import agency_names, counts, row_html, village_names
from app.console.shared.layout import READERS, current_actor
from app.console.shared.page import locale, stream_url
from app.console.shared.route import DESK, console_route, current
from app.core.errors import Invalid, NotFound
from app.core.ids import is_id
from app.core.stream_ticket import ROOM, Ticket, agency_scope, make_ticket
from app.incidents.detail import recent_beacons
from app.incidents.duplicates.similarity import twins
from app.incidents.models import Incident
from app.incidents.queue import queue as queue_rows
from app.incidents.queue import unread, viewers
from app.incidents.queue.changes import changes, of_agency

if TYPE_CHECKING:
    from app import Siaga

LISTENERS = READERS | {"agency"}


@console_route("/api/ticket", roles=LISTENERS, methods=["POST"])
def ticket() -> ResponseReturnValue:
    """Return a ticket for the stream and its address."""
    member, app = current(), cast("Siaga", current_app)
    scope = agency_scope(member.agency or "") if member.role == "agency" else ROOM
    return jsonify(
        ticket=make_ticket(app.secrets, Ticket(member.id, member.session_id, scope)), live_url=stream_url()
    )


@console_route("/api/changes", roles=LISTENERS)
def changes_since() -> ResponseReturnValue:
    """Return the rows that changed after event `after`, as HTML of the queue."""
    after = request.args.get("after", "")
    if not after.isdecimal() or len(after) > 18:
        raise Invalid([("/after", "number")])
    member = current()
    with database().read() as session:
        found = changes(session, int(after))
        if member.role == "agency":
            own = of_agency(session, member.agency or "", found.incidents)
            return jsonify(seq=found.seq, reset=found.reset, incidents=own)
        rows = queue_rows.rows_of(session, found.incidents, locale=locale())
        names, alike = agency_names(session), twins(session, rows)
        calls = render_template("console/calls.html", calls=recent_beacons(session), names=village_names())
        answer: dict[str, Any] = {
            "seq": found.seq,
            "reset": found.reset,
            "incidents": found.incidents,
            "counts": counts(session),
            "calls": calls,
            "rows": [_change(row, names, alike) for row in rows],
        }
    return jsonify(answer)


@console_route("/api/kejadian/<incident_id>/lihat", roles=DESK, methods=["POST"])
def look(incident_id: str) -> ResponseReturnValue:
    """Record that the operator views an incident, and return the other viewers."""
    with database().write() as session:
        incident = session.get(Incident, incident_id) if is_id(incident_id) else None
        if incident is None:
            raise NotFound
        if request.args.get("pergi"):
            viewers.look_away(session, incident_id, current_actor().id)
            return jsonify(others=[])
        if incident.unseen:
            unread.seen(session, incident_id)
            viewers.note_look(session, current_actor().id, incident_id)
        return jsonify(others=viewers.look(session, incident_id, current_actor().id))


def _change(row: dict[str, Any], names: dict[str, str], alike: dict[str, list[str]]) -> dict[str, Any]:
    is_listed = row["closed_at"] is None or row["unseen"] > 0
    return {
        "id": row["id"],
        "open": is_listed,
        "state": row["state"],
        "priority": row["priority"],
        "received_at": row["received_at"],
        "html": row_html(row, names, alike) if is_listed else "",
    }
