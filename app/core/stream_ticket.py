"""Sign and check tickets with which a console opens the event stream; valid for 60 s."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.core.clock import now
from app.core.secrets import Secrets

VALID_FOR = timedelta(seconds=60)
ROOM = "operator"
"""Scope of the control room, which sees every incident."""
_PURPOSE = "live-ticket"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Owner and scope of a stream.

    `session_id` is the key of `staff_session`; `scope` is `operator` or `agency:CODE`.
    """

    staff_id: str
    session_id: str
    scope: str


def agency_scope(code: str) -> str:
    """Return the scope of an agency, which sees the incidents assigned to it."""
    return f"agency:{code}"


def make_ticket(secrets: Secrets, ticket: Ticket, *, at: datetime | None = None) -> str:
    """Return the ticket as text for the URL of the stream."""
    until = str(int(((at or now()) + VALID_FOR).timestamp()))
    parts = (ticket.staff_id, ticket.session_id, ticket.scope, until)
    return "~".join((*parts, secrets.sign(_PURPOSE, *parts)))


def check_ticket(secrets: Secrets, text: str, *, at: datetime | None = None) -> Ticket | None:
    """Return the content of a ticket; None when it is forged, malformed or expired."""
    *parts, signature = text.split("~")
    if len(parts) != 4 or not secrets.signed(signature, _PURPOSE, *parts):
        return None
    staff_id, session_id, scope, until = parts
    if datetime.fromtimestamp(int(until), UTC) < (at or now()):
        return None
    return Ticket(staff_id, session_id, scope)
