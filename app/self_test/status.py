"""Reports the result of the last self-test, and when the next one is due."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.self_test.models import LEGS, CanaryRun

AGAIN_AFTER: Final = timedelta(minutes=10)
"""Pause after a failed or unfinished test, so that the alarm ends soon after the fault does."""
LATE_AFTER: Final = timedelta(hours=2)
"""A test overdue by this long raises an alarm, because no worker runs it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The last finished test, and whether the next one is overdue by `LATE_AFTER`."""

    at: datetime
    legs: Mapping[str, datetime]
    late: bool

    @property
    def missed(self) -> tuple[str, ...]:
        """Legs that the report missed."""
        return tuple(leg for leg in LEGS if leg not in self.legs)

    @property
    def passed(self) -> bool:
        return not self.missed


def standing(session: Session, every_h: int) -> Standing | None:
    """Return the result of the last finished test; None before the first one."""
    query = select(CanaryRun).where(CanaryRun.ended_at.is_not(None))
    run = session.scalars(query.order_by(CanaryRun.started_at.desc()).limit(1)).first()
    if run is None:
        return None
    late = every_h > 0 and now() - run.started_at > timedelta(hours=every_h) + LATE_AFTER
    return Standing(run.started_at, read_legs(run), late)


def is_due(session: Session, every_h: int) -> bool:
    """Return whether a test is due now; always False with `every_h` 0."""
    if every_h <= 0:
        return False
    run = session.scalars(select(CanaryRun).order_by(CanaryRun.started_at.desc()).limit(1)).first()
    if run is None:
        return True
    fine = run.ended_at is not None and len(read_legs(run)) == len(LEGS)
    return now() - run.started_at >= (timedelta(hours=every_h) if fine else AGAIN_AFTER)


def read_legs(run: CanaryRun) -> dict[str, datetime]:
    """Return when each leg was reached."""
    return {leg: datetime.fromisoformat(at) for leg, at in json.loads(run.legs).items()}
