"""The number a case is called by: in the form of any report's of its day, and telling nothing of other cases."""

from __future__ import annotations

import secrets
from datetime import datetime
from itertools import count
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.clock import WITA, wita_day, wita_span
from app.core.day_counter import last_number
from app.silent.models import SilentCase

LAST: Final = 9_999
TRIES: Final = 64
"""After so many numbers that others have, there may be five digits: nearly all of four are given."""


def draw(session: Session, moment: datetime) -> int:
    """Return a number that no other case of the day has, by lot; call it under the chain's lock.

    It is not taken from the reports' counter: a gap among them would tell. Nor is it the next of the cases: who sends
    two calls would count those between. Drawn without putting back from above the day's reports, what one gets is as
    likely however many others there are, until the ten thousand of a day are nearly all given.
    """
    first, last = last_number(session, wita_day(moment)) + 1, LAST
    others = of_day(moment)
    for tries in count(1):
        if tries % TRIES == 0 or first > last:
            last = last * 10 + 9
        number = first + secrets.randbelow(last - first + 1)
        if session.scalar(others.where(SilentCase.number == number).limit(1)) is None:
            return number
    raise AssertionError


def of_day(moment: datetime) -> Select[str]:
    """Return a query for the ids of the cases of a moment's day in Bontang."""
    first, last = wita_span(moment.astimezone(WITA).date())
    return select(SilentCase.id).where(SilentCase.received_at >= first, SilentCase.received_at < last)
