"""Slowing down guesses without shutting anybody out.

What is counted is one *subject*: a name from one address, a name from one known browser, a name from everywhere
unknown, the codes of one account. Each has some free tries; then every further try must wait twice as long as the
one before, up to a cap. Nothing is counted by address alone: a whole shift sits behind one.

A try is written down *before* it is judged, under the row's lock, so that a hundred tries at once in several web
processes count as a hundred. A right answer clears its subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import SignInThrottle
from app.core.clock import now
from app.core.db import upsert
from app.core.errors import SlowDown

FORGOTTEN_AFTER = timedelta(hours=1)
"""A subject without a try for so long starts anew."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Free tries, then 1 s, 2 s, 4 s … up to `cap_s`."""

    free: int
    cap_s: int

    def wait_s(self, tries: int) -> int:
        """Return the pause after so many tries in a row."""
        return 0 if tries < self.free else min(self.cap_s, 2 ** min(tries - self.free, 20))


NAME_FROM_ONE_ADDRESS = Pace(free=5, cap_s=60)
NAME_FROM_ANYWHERE = Pace(free=20, cap_s=60)
CODE = Pace(free=5, cap_s=300)
"""Three of a million codes are right at a time: at most 0.09 % a day can be guessed, with the password known."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted: a keyed hash, so that the table names nobody, and its pace."""

    key: str
    pace: Pace


def count_try(session: Session, *subjects: Subject) -> None:
    """Write down a try that is about to be judged.

    Raises:
        SlowDown: with `retry_after_s`; a refused try is not counted, waiting is never made longer by asking.
    """
    moment = now()
    rows = [_locked(session, subject, moment) for subject in sorted(subjects, key=lambda item: item.key)]
    paces = {subject.key: subject.pace for subject in subjects}
    wait_s = max(ceil((row.next_at - moment).total_seconds()) for row in rows)
    if wait_s > 0:
        raise SlowDown("too_many_tries", retry_after_s=wait_s)
    for row in rows:
        if moment - row.next_at > FORGOTTEN_AFTER:
            row.failures = 0
        row.failures += 1
        row.next_at = moment + timedelta(seconds=paces[row.subject].wait_s(row.failures))
    session.flush()


def clear(session: Session, *subjects: Subject) -> None:
    """Forget the tries of subjects that gave the right answer."""
    keys = [subject.key for subject in subjects]
    session.execute(delete(SignInThrottle).where(SignInThrottle.subject.in_(keys)))


def erase_old(session: Session) -> None:
    """Erase what is forgotten anyway."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.next_at < now() - FORGOTTEN_AFTER))


def _locked(session: Session, subject: Subject, moment: datetime) -> SignInThrottle:
    """Return the row of a subject, made if missing, locked until the transaction ends."""
    session.execute(
        upsert(session, SignInThrottle)
        .values(subject=subject.key, failures=0, next_at=moment)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(SignInThrottle).where(SignInThrottle.subject == subject.key).with_for_update()
    ).one()
