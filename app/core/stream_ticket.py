"""Tickets of the stream: a signed word from the console that its bearer may listen, good for a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.core.clock import now
from app.core.secrets import Secrets

VALID_FOR = timedelta(seconds=60)
ROOM = "operator"
"""Scope of those who see every incident."""
_PURPOSE = "live-ticket"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose stream it is: `session_id` is the key of `staff_session`, `scope` is `operator` or `agency:CODE`."""

    staff_id: str
    session_id: str
    scope: str


def agency_scope(code: str) -> str:
    """Return the scope of an agency that sees what is assigned to it."""
    return f"agency:{code}"


def make_ticket(secrets: Secrets, ticket: Ticket, *, at: datetime | None = None) -> str:
    """Return the ticket as text for the address of the stream."""
    until = str(int(((at or now()) + VALID_FOR).timestamp()))
    parts = (ticket.staff_id, ticket.session_id, ticket.scope, until)
    return "~".join((*parts, secrets.sign(_PURPOSE, *parts)))


def check_ticket(secrets: Secrets, text: str, *, at: datetime | None = None) -> Ticket | None:
    """Return what a ticket says; None when it is forged, broken or too old."""
    *parts, signature = text.split("~")
    if len(parts) != 4 or not secrets.signed(signature, _PURPOSE, *parts):
        return None
    staff_id, session_id, scope, until = parts
    if datetime.fromtimestamp(int(until), UTC) < (at or now()):
        return None
    return Ticket(staff_id, session_id, scope)
