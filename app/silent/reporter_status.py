"""Show the sending phone the progress of its silent report, and record its four short signals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import NotFound
from app.silent.case_log import NewLogEntry, append_log_entries, lock_case_log
from app.silent.models import CaseLogEntry, SilentCase

RUNGS = ("received", "opened", "forwarded", "closed")
SAME_SIGNAL = timedelta(seconds=60)
"""A repeated signal within this time counts as the same signal."""


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """Hold a case as its reporter follows it; `rungs` are progress entries of the case log."""

    case: SilentCase
    rungs: list[dict[str, Any]]


def case_progress(session: Session, case_id: str) -> CaseProgress:
    """Return the progress of a case.

    Raises:
        NotFound: no such case.
    """
    case = session.get(SilentCase, case_id)
    if case is None:
        raise NotFound
    query = select(CaseLogEntry).where(CaseLogEntry.case_id == case_id, CaseLogEntry.name.in_(RUNGS))
    rungs = [  # own numbering: the numbers of the case log would reveal activity in other cases
        {"seq": number, "name": row.name, "at": row.at.isoformat()}
        for number, row in enumerate(session.scalars(query.order_by(CaseLogEntry.seq)), start=1)
    ]
    return CaseProgress(case, rungs)


def record_signal(session: Session, case_id: str, code: str) -> datetime:
    """Record a signal of the reporter and return its time; a repeat within a minute returns the earlier time.

    Raises:
        NotFound: no such case.
    """
    lock_case_log(session)
    if session.get(SilentCase, case_id) is None:
        raise NotFound
    moment = now()
    query = (
        select(CaseLogEntry)
        .where(
            CaseLogEntry.case_id == case_id,
            CaseLogEntry.name == "signalled",
            CaseLogEntry.at > moment - SAME_SIGNAL,
        )
        .order_by(CaseLogEntry.seq.desc())
        .limit(1)
    )
    recent = session.scalars(query).first()
    if recent is not None and json.loads(recent.data)["signal"] == code:
        return recent.at
    append_log_entries(
        session,
        NewLogEntry(name="signalled", at=moment, actor="reporter", case_id=case_id, data={"signal": code}),
    )
    return moment
