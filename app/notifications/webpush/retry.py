"""How long to wait before a push is tried again, and when to stop. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FIRST_S: Final = 2.0
LONGEST_S: Final = 3600.0
GIVE_UP_AFTER: Final = timedelta(hours=24)
TAKEN: Final = frozenset({200, 201, 202, 204})
FORGOTTEN: Final = frozenset({404, 410})
"""The subscription does not exist any more (RFC 8030, section 7.3)."""
_LATER: Final = frozenset({401, 403, 408, 425, 429})
"""Refusals that time or an administrator may mend; 401 and 403 are what a wrong clock looks like."""


def comes_back(status: int) -> bool:
    """Tell whether the same push may be taken later; 0 stands for no answer at all."""
    return status == 0 or status >= 500 or status in _LATER


def pause_s(attempts: int, told_s: float, chance: float) -> float:
    """Return seconds until the next try.

    Args:
        attempts: tries so far, from 1.
        told_s: what the service asked for by Retry-After, 0 when nothing.
        chance: a random number in [0, 1): tries of many pushes spread out.
    """
    if told_s > 0:
        return told_s * (1 + chance / 10)
    longest = min(LONGEST_S, FIRST_S * 2.0 ** min(attempts - 1, 20))
    return longest * (0.5 + chance / 2)


def next_try(moment: datetime, created_at: datetime, pause: float) -> datetime:
    """Return when to try again; never behind the moment at which the push is given up."""
    return min(moment + timedelta(seconds=pause), created_at + GIVE_UP_AFTER)
