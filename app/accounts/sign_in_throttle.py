"""Slow down password and code guesses without locking accounts.

Tries are counted for a *subject*: a name from one address, a name from one known browser, a name from all unknown
clients, the codes of one account. Each has some free tries; then every further try must wait twice as long as the
previous one, up to a cap. Tries are not counted by address alone, because a whole shift shares one address.

A try is recorded *before* it is checked, under the row's lock, so that a hundred parallel tries in several web
processes count as a hundred. A correct password or code clears its subject.
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
"""A subject without a try for this long starts from zero."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Waits of a subject: some free tries, then 1 s, 2 s, 4 s … up to `cap_s`."""

    free: int
    cap_s: int

    def wait_s(self, tries: int) -> int:
        """Return the wait in seconds after this many tries in a row."""
        return 0 if tries < self.free else min(self.cap_s, 2 ** min(tries - self.free, 20))


NAME_FROM_ONE_ADDRESS = Pace(free=5, cap_s=60)
NAME_FROM_ANYWHERE = Pace(free=20, cap_s=60)
CODE = Pace(free=5, cap_s=300)
"""Three of a million codes are valid at a time, so a guess succeeds with at most 0.09 % a day, the password known."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Subject of the count: a keyed hash, so that the table holds no name, and its pace."""

    key: str
    pace: Pace


def count_try(session: Session, *subjects: Subject) -> None:
    """Record a try that is about to be checked.

    Raises:
        SlowDown: with `retry_after_s`; a refused try is not counted, so it does not lengthen the wait.
    """
    moment = now()
    rows = [
        _lock_subject(session, subject, moment) for subject in sorted(subjects, key=lambda item: item.key)
    ]
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
    """Delete the counts of subjects after a correct password or code."""
    keys = [subject.key for subject in subjects]
    session.execute(delete(SignInThrottle).where(SignInThrottle.subject.in_(keys)))


def erase_old(session: Session) -> None:
    """Delete subjects without a try for `FORGOTTEN_AFTER`."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.next_at < now() - FORGOTTEN_AFTER))


def _lock_subject(session: Session, subject: Subject, moment: datetime) -> SignInThrottle:
    """Return the row of a subject, created if missing, locked until the transaction ends."""
    session.execute(
        upsert(session, SignInThrottle)
        .values(subject=subject.key, failures=0, next_at=moment)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(SignInThrottle).where(SignInThrottle.subject == subject.key).with_for_update()
    ).one()
