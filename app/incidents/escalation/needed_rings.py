"""Finds out whether a message of the gateway is still needed when its turn comes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from app.core.db import IdType
from app.notifications.gateway.claims import ANSWER_PAGE, CARRIED_WHOLE
from app.notifications.gateway.models import Ring

_ALWAYS: Final = frozenset({CARRIED_WHOLE, ANSWER_PAGE})
_UNANSWERED = text(
    "SELECT CASE WHEN i.closed_at IS NOT NULL THEN 0"
    " WHEN a.id IS NULL THEN CASE WHEN i.state = 'received' THEN 1 ELSE 0 END"
    " WHEN a.state IN ('notified', 'declined') THEN 1 ELSE 0 END"
    " FROM incident i LEFT JOIN assignment a ON a.id = :assignment WHERE i.id = :incident"
).bindparams(bindparam("assignment", type_=IdType), bindparam("incident", type_=IdType))
_SILENT_CASE_WAITS = text("SELECT 1 FROM silent_case WHERE state = 'received' AND closed_at IS NULL LIMIT 1")


def ring_is_needed(session: Session, ring: Ring) -> bool:
    """Return whether an answer is still awaited: of the incident, of its agency, or of a silent case."""
    if ring.wording in _ALWAYS:
        return True
    if ring.incident_id is None:
        return session.scalar(_SILENT_CASE_WAITS) is not None
    target = {"assignment": ring.assignment_id, "incident": ring.incident_id}
    return bool(session.scalar(_UNANSWERED, target))
