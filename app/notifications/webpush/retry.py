"""Computes when to retry a push, and when to give up. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FIRST_S: Final = 2.0
LONGEST_S: Final = 3600.0
GIVE_UP_AFTER: Final = timedelta(hours=24)
TAKEN: Final = frozenset({200, 201, 202, 204})
FORGOTTEN: Final = frozenset({404, 410})
"""Statuses of a subscription that no longer exists (RFC 8030, section 7.3)."""
_LATER: Final = frozenset({401, 403, 408, 425, 429})
"""Refusals that may pass, or that an administrator can fix; a wrong clock causes 401 and 403."""


def comes_back(status: int) -> bool:
    """Return whether the same push may succeed later; status 0 stands for no answer."""
    return status == 0 or status >= 500 or status in _LATER


def pause_s(attempts: int, retry_after_s: float, chance: float) -> float:
    """Return seconds until the next try.

    Args:
        attempts: tries so far, from 1.
        retry_after_s: seconds that the service requested by Retry-After, 0 without it.
        chance: a random number in [0, 1), which spreads the retries of many pushes.
    """
    if retry_after_s > 0:
        return retry_after_s * (1 + chance / 10)
    longest = min(LONGEST_S, FIRST_S * 2.0 ** min(attempts - 1, 20))
    return longest * (0.5 + chance / 2)


def next_try(moment: datetime, created_at: datetime, pause: float) -> datetime:
    """Return when to try again, at the latest when the push is given up."""
    return min(moment + timedelta(seconds=pause), created_at + GIVE_UP_AFTER)
