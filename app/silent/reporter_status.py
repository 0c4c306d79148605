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
from app.silent.case_log import Linked, append_links, lock_links
from app.silent.models import CaseLink, SilentCase

RUNGS = ("received", "opened", "forwarded", "closed")
SAME_SIGNAL = timedelta(seconds=60)
"""A repeated signal within this time counts as the same signal."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Hold a case as its reporter follows it; `rungs` are progress entries of the case log."""

    case: SilentCase
    rungs: list[dict[str, Any]]


def follow(session: Session, case_id: str) -> Followed:
    """Return the progress of a case.

    Raises:
        NotFound: no such case.
    """
    case = session.get(SilentCase, case_id)
    if case is None:
        raise NotFound
    query = select(CaseLink).where(CaseLink.case_id == case_id, CaseLink.name.in_(RUNGS))
    rungs = [  # own numbering: the numbers of the case log would reveal activity in other cases
        {"seq": place, "name": row.name, "at": row.at.isoformat()}
        for place, row in enumerate(session.scalars(query.order_by(CaseLink.seq)), start=1)
    ]
    return Followed(case, rungs)


def signal(session: Session, case_id: str, code: str) -> datetime:
    """Record a signal of the reporter and return its time; a repeat within a minute returns the earlier time.

    Raises:
        NotFound: no such case.
    """
    lock_links(session)
    if session.get(SilentCase, case_id) is None:
        raise NotFound
    moment = now()
    query = (
        select(CaseLink)
        .where(CaseLink.case_id == case_id, CaseLink.name == "signalled", CaseLink.at > moment - SAME_SIGNAL)
        .order_by(CaseLink.seq.desc())
        .limit(1)
    )
    recent = session.scalars(query).first()
    if recent is not None and json.loads(recent.data)["signal"] == code:
        return recent.at
    append_links(
        session,
        Linked(name="signalled", at=moment, actor="reporter", case_id=case_id, facts={"signal": code}),
    )
    return moment
