"""Verify the log: compute every link again and compare it with the head and the anchors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.models import Event, EventHead
from app.eventlog.anchors import Anchor
from app.eventlog.log import GENESIS, NewEvent, link, tail

PAGE: Final = 5_000
MOST: Final = 20
"""Maximum of findings; verification stops there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction: `broken`, `missing`, `head`, `beyond_head` or `anchor`, and the number of the event."""

    code: str
    seq: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of a verification; the log is whole when there are no findings."""

    events: int
    seq: int
    hash: str
    anchors: int
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        return not self.findings


def verify(database: Database, anchors: Sequence[Anchor] = ()) -> Verdict:
    """Verify the whole log in one consistent read.

    An edited, inserted or reordered event breaks its link or its neighbour's; a deleted one leaves a gap; a log
    that was truncated, or rewritten from some event on, contradicts the anchors, which lie outside the database.
    """
    expected = {anchor.seq: anchor.hash for anchor in anchors}
    findings: list[Finding] = []
    with database.read() as session:
        if not database.is_sqlite:  # all pages show the same moment
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        head_seq, head_hash = session.execute(select(EventHead.seq, EventHead.hash)).one()
        seq, last, count = 0, GENESIS, 0
        for row in _rows(session):
            count += 1
            if row.seq != seq + 1:
                findings.append(Finding("missing", seq + 1))
            elif link(last, row.seq, _tail_of_row(row)) != row.hash:
                findings.append(Finding("broken", row.seq))
            if expected.get(row.seq, row.hash) != row.hash:
                findings.append(Finding("anchor", row.seq))
            seq, last = row.seq, row.hash
            if len(findings) >= MOST:
                break
        else:
            findings += _compare_head(seq, last, head_seq, head_hash)
            findings += [Finding("anchor", at) for at in sorted(expected) if at > seq]
    return Verdict(count, seq, last, len(expected), tuple(findings[:MOST]))


def holds(session: Session, anchor: Anchor) -> bool:
    """Return whether the log still has this anchor's event; cheap enough for every few minutes."""
    if anchor.seq == 0:
        return True
    return session.scalar(select(Event.hash).where(Event.seq == anchor.seq)) == anchor.hash


def _compare_head(seq: int, last: str, head_seq: int, head_hash: str) -> list[Finding]:
    if seq > head_seq:
        return [Finding("beyond_head", head_seq + 1)]
    return [] if (seq, last) == (head_seq, head_hash) else [Finding("head", head_seq)]


def _rows(session: Session) -> Iterator[Any]:
    columns = (Event.seq, Event.at, Event.name, Event.actor, Event.actor_id, Event.incident_id)
    query = select(*columns, Event.report_id, Event.data, Event.hash).order_by(Event.seq).limit(PAGE)
    after = session.scalar(select(func.min(Event.seq)))
    after = 0 if after is None else min(after - 1, 0)
    while page := session.execute(query.where(Event.seq > after)).all():
        yield from page
        after = page[-1].seq


def _tail_of_row(row: Any) -> str:
    event = NewEvent(
        name=row.name,
        at=row.at,
        actor=row.actor,
        actor_id=row.actor_id,
        incident_id=row.incident_id,
        report_id=row.report_id,
    )
    return tail(event, row.data)
