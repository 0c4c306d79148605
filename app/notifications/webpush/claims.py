"""Claims due pushes from the outbox by lease, and records the push service's answer in each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, bindparam, text
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database, IdType, UtcDateTime
from app.eventlog.log import SYSTEM, record_event
from app.notifications.webpush.retry import GIVE_UP_AFTER
from app.notifications.webpush.subscriptions import forget

LEASE: Final = timedelta(seconds=20)
"""Twice the longest request; after it, the worker that claimed the row counts as dead."""
_MOMENT = UtcDateTime()
_DUE = text("SELECT 1 FROM notification WHERE state = 'waiting' AND next_at <= :now LIMIT 1").bindparams(
    bindparam("now", type_=_MOMENT)
)
_CLAIM = """
SELECT n.id, n.subscription_id, n.incident_id, n.report_id, n.wording, n.data, n.tag, n.urgency, n.ttl_s, n.receipt,
       n.created_at, n.attempts + 1 AS attempts, s.endpoint, s.p256dh, s.auth, s.locale, n.answer, s.gone_at,
       EXISTS (SELECT 1 FROM notification x WHERE x.subscription_id = n.subscription_id
               AND x.event_seq > n.event_seq AND x.tag = n.tag) AS superseded
FROM notification n JOIN push_subscription s ON s.id = n.subscription_id
WHERE n.state = 'waiting' AND n.next_at <= :now ORDER BY n.next_at LIMIT :page"""
_COLUMNS: Final[dict[str, Any]] = {
    **dict.fromkeys(("id", "subscription_id", "incident_id", "report_id"), IdType),
    **dict.fromkeys(("created_at", "gone_at"), _MOMENT),
}
_IDS = bindparam("ids", expanding=True, type_=IdType)
_NOW = bindparam("now", type_=_MOMENT)
_LEASE = text(
    "UPDATE notification SET next_at = :until, attempts = attempts + 1 WHERE id IN :ids"
).bindparams(_IDS, bindparam("until", type_=_MOMENT))
_SENT = text(
    "UPDATE notification SET state = 'sent', answer = :answer, sent_at = :now WHERE id IN :ids AND state = 'waiting'"
).bindparams(_IDS, _NOW)
_END = text(
    "UPDATE notification SET state = :state, answer = :answer WHERE id IN :ids AND state = 'waiting'"
).bindparams(_IDS)
_RETRY = text(
    "UPDATE notification SET next_at = :next_at, answer = :answer WHERE id = :id AND state = 'waiting'"
).bindparams(bindparam("id", type_=IdType), bindparam("next_at", type_=_MOMENT))


class Due(NamedTuple):
    """A push that this worker holds until its lease ends."""

    id: str
    subscription_id: str
    incident_id: str | None
    report_id: str | None
    wording: str
    data: str
    tag: str
    urgency: str
    ttl_s: int
    receipt: str
    created_at: datetime
    attempts: int
    """Tries, this one included."""
    endpoint: str
    p256dh: str
    auth: str
    locale: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a push: `state` is one of `NOTIFICATION_STATES`; `waiting` means a retry at `next_at`."""

    due: Due
    state: str
    answer: str
    next_at: datetime | None = None


def is_due(database: Database) -> bool:
    """Return whether a push is due; usually none is, and this read takes no lock."""
    with database.read() as session:
        return session.execute(_DUE, {"now": now()}).first() is not None


def claim(session: Session, page: int) -> list[Due]:
    """Claim at most `page` due pushes, oldest first; end those that are no longer needed."""
    moment = now()
    lock = "" if session.get_bind().dialect.name == "sqlite" else " FOR UPDATE OF n SKIP LOCKED"
    query = text(_CLAIM + lock).bindparams(_NOW).columns(**_COLUMNS)
    rows = session.execute(query, {"now": moment, "page": page}).all()
    ended: dict[str, list[Row[Any]]] = {}
    living: list[Due] = []
    for row in rows:
        state = _end_state(row, moment)
        if state:
            ended.setdefault(state, []).append(row)
        else:
            living.append(Due(*row[: len(Due._fields)]))
    for state in ended.keys() - {"failed"}:
        ids = [row.id for row in ended[state]]
        session.execute(_END, {"ids": ids, "state": state, "answer": state})
    _fail(
        session,
        [
            (row.id, row.incident_id, row.report_id, row.answer or "never_answered")
            for row in ended.get("failed", ())
        ],
    )
    if living:
        session.execute(_LEASE, {"ids": [due.id for due in living], "until": moment + LEASE})
    return living


def record(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Record the outcomes of pushes."""
    by_answer: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.state == "sent":
            by_answer.setdefault(outcome.answer, []).append(outcome.due.id)
    for answer, ids in by_answer.items():
        session.execute(_SENT, {"ids": ids, "answer": answer, "now": now()})
    again = [
        {"id": outcome.due.id, "next_at": outcome.next_at, "answer": outcome.answer}
        for outcome in outcomes
        if outcome.state == "waiting"
    ]
    if again:
        session.execute(_RETRY, again)
    for item in outcomes:
        if item.state == "gone":
            forget(session, [item.due.subscription_id], answer=item.answer)
    lost = [outcome for outcome in outcomes if outcome.state == "failed"]
    _fail(session, [(item.due.id, item.due.incident_id, item.due.report_id, item.answer) for item in lost])


def _end_state(row: Row[Any], moment: datetime) -> str | None:
    if row.superseded:
        return "superseded"
    if row.gone_at is not None:
        return "gone"
    return "failed" if moment - row.created_at >= GIVE_UP_AFTER else None


def _fail(session: Session, lost: Sequence[tuple[str, str | None, str | None, str]]) -> None:
    """End pushes that failed, and append events, so that the control room sees it in the incident's history."""
    for key, incident_id, report_id, answer in lost:
        session.execute(_END, {"ids": [key], "state": "failed", "answer": answer})
        if incident_id is None:  # a push about a silent case, which the event log may not name
            continue
        record_event(
            session,
            SYSTEM,
            "push_failed",
            incident_id=incident_id,
            report_id=report_id,
            notification=key,
            answer=answer,
        )
