"""Limit wrong receipts per address and in total, so that guessing is slow; a right receipt is never refused.

Counted in windows of ten seconds over the last sixty. Sixteen digits behind 600,000 rounds keep a receipt safe;
this limit keeps the guessing load off the server, and an attempt over the limit costs no write.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.db import upsert
from app.silent.models import WrongReceipts

MOST_PER_ADDRESS: Final = 10
MOST_IN_ALL: Final = 100
ALL: Final = "all"
SPAN: Final = timedelta(seconds=60)
_WINDOW_S: Final = 10
_KEPT: Final = timedelta(hours=1)


def is_over_limit(session: Session, address: str, moment: datetime) -> bool:
    """Return whether one more wrong receipt would exceed a limit."""
    since = moment - SPAN - timedelta(seconds=_WINDOW_S)
    counted = select(WrongReceipts.address_hash, func.sum(WrongReceipts.wrong))
    rows = session.execute(
        counted.where(
            WrongReceipts.address_hash.in_((address, ALL)), WrongReceipts.window_at > since
        ).group_by(WrongReceipts.address_hash)
    )
    wrong = {name: int(count) for name, count in rows}
    return wrong.get(address, 0) >= MOST_PER_ADDRESS or wrong.get(ALL, 0) >= MOST_IN_ALL


def record_attempt(session: Session, address: str, moment: datetime, *, wrong: bool) -> None:
    """Record an attempt; a right one writes the same rows and adds zero, so that both take equally long."""
    window = moment - timedelta(seconds=moment.second % _WINDOW_S, microseconds=moment.microsecond)
    for name in (address, ALL):
        row = upsert(session, WrongReceipts).values(address_hash=name, window_at=window, wrong=int(wrong))
        session.execute(
            row.on_conflict_do_update(
                index_elements=["address_hash", "window_at"],
                set_={"wrong": WrongReceipts.wrong + row.excluded.wrong},
            )
        )
    session.execute(delete(WrongReceipts).where(WrongReceipts.window_at < moment - _KEPT))
