"""Track the legal deadlines of a case and what the counsellor recorded about each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid
from app.silent.case_log import log_of_case
from app.silent.counsellor_case import Counsellor, record_case_event
from app.silent.models import CaseLogEntry, SilentCase

DUTIES: Final = {"protection": timedelta(hours=24), "police_report": timedelta(hours=72)}
"""Police protection within 24 hours (UU 23/2004, UU 12/2022); sexual violence to the police within three days
(UU 12/2022). Both are counted from the moment the case was received."""
DUTY_ANSWERS: Final = ("done", "not_needed", "again")
"""`again`: the previous record was a mistake, and the deadline applies again."""
DUTY_EVENT: Final = "duty"


@dataclass(frozen=True, slots=True)
class Duty:
    """Hold one deadline and its last recorded state (`open`, `done` or `not_needed`)."""

    name: str
    due: datetime
    state: str
    at: datetime | None
    staff_id: str | None

    def late(self, moment: datetime) -> bool:
        """Return whether the duty is open and its deadline has passed."""
        return self.state == "open" and moment >= self.due


def duties_of(case: SilentCase, entries: Iterable[CaseLogEntry]) -> list[Duty]:
    """Return the deadlines of a case as its log entries record them."""
    last = {json.loads(entry.data)["duty"]: entry for entry in entries if entry.name == DUTY_EVENT}
    found = []
    for name, within in DUTIES.items():
        entry = last.get(name)
        recorded = json.loads(entry.data)["answer"] if entry else "again"
        if entry is None or recorded == "again":
            found.append(Duty(name, case.received_at + within, "open", None, None))
        else:
            found.append(Duty(name, case.received_at + within, recorded, entry.at, entry.actor_id))
    return found


def record_duty(
    session: Session, counsellor: Counsellor, case: SilentCase, *, duty: str, answer: str
) -> None:
    """Record that a duty is done, is not needed, or is open again.

    Raises:
        Invalid: no such duty or answer.
        Conflict: the duty is in that state already.
    """
    if duty not in DUTIES or answer not in DUTY_ANSWERS:
        raise Invalid([("/duty", "unknown")])
    duties = duties_of(case, log_of_case(session, case.id))
    state = next(found.state for found in duties if found.name == duty)
    if (state == "open") == (answer == "again"):
        raise Conflict("already")
    record_case_event(session, counsellor, case.id, DUTY_EVENT, duty=duty, answer=answer)
