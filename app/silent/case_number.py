"""Draw the number of a case.

It has the form of every other report number of its day and reveals nothing about other cases.
"""

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
"""After this many taken numbers the range grows to five digits, because nearly all of four are in use."""


def draw_case_number(session: Session, moment: datetime) -> int:
    """Draw a random number that is free on that day; call it while the case log is locked.

    The counter of reports is not used, because a gap in it would reveal a case. Consecutive case numbers are not
    used, because a sender of two reports could count the cases between them. Drawn without replacement from above
    the day's report numbers, each result stays equally likely however many cases there are, until nearly all ten
    thousand numbers of the day are taken.
    """
    first, last = last_number(session, wita_day(moment)) + 1, LAST
    others = cases_of_day(moment)
    for tries in count(1):
        if tries % TRIES == 0 or first > last:
            last = last * 10 + 9
        number = first + secrets.randbelow(last - first + 1)
        if session.scalar(others.where(SilentCase.number == number).limit(1)) is None:
            return number
    raise AssertionError


def cases_of_day(moment: datetime) -> Select[str]:
    """Return a query for the ids of cases received on the WITA day of `moment`."""
    first, last = wita_span(moment.astimezone(WITA).date())
    return select(SilentCase.id).where(SilentCase.received_at >= first, SilentCase.received_at < last)
