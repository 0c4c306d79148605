"""Compute the alarm of a queue row, as codes that screens translate. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

ALARMS: Final = (
    "unopened",
    "unopened_late",
    "unforwarded",
    "unaccepted",
    "unaccepted_late",
    "all_declined",
    "all_done",
    "continues",
    "closed_continues",
    "closed_news",
)
LATE: Final = frozenset({"unopened_late", "unaccepted_late", "all_declined", "continues", "closed_continues"})
"""Alarms shown red at any priority."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """`alarm`: what is missing, or None; `turns`: the next alarm code; `due`: when it turns."""

    alarm: str | None
    turns: str | None = None
    due: datetime | None = None
    red: bool = False
    """Shown red: an immediate action is needed."""
    since: datetime | None = None
    """Start of the row's clock."""


def urgency(row: Mapping[str, Any], at: datetime) -> Urgency:
    """Return the urgency of a queue row; its times are ISO 8601, as `app/incidents/queue/queue.py` writes them."""
    continues = bool(row["unseen"]) and row["signal"] == "still_happening"
    if row["closed_at"]:
        since = datetime.fromisoformat(row["signalled_at"] if continues else row["closed_at"])
        news = "closed_news" if row["unseen"] else None
        return Urgency("closed_continues" if continues else news, red=continues, since=since)
    base = _by_state(row, at)
    return replace(base, alarm="continues", red=True) if continues and not base.red else base


def _by_state(row: Mapping[str, Any], at: datetime) -> Urgency:
    received = datetime.fromisoformat(row["received_at"])
    if row["state"] == "received":
        return _clocked("unopened", received, row["open_within_s"], at, red=row["priority"] == 1)
    states = {entry["state"] for entry in row["agencies"]} - {"cancelled"}
    if row["state"] == "opened":
        declined = "declined" in states and states <= {"declined"}
        return Urgency("all_declined" if declined else "unforwarded", red=declined, since=received)
    if row["state"] == "forwarded":
        forwarded = datetime.fromisoformat(row["forwarded_at"])
        return _clocked("unaccepted", forwarded, row["accept_within_s"], at, red=False)
    finished = "done" in states and states <= {"done", "declined"}
    return Urgency("all_done" if finished else None, since=received)


def _clocked(alarm: str, since: datetime, within_s: int, at: datetime, *, red: bool) -> Urgency:
    due = since + timedelta(seconds=within_s)
    late = f"{alarm}_late"
    if at >= due:
        return Urgency(late, red=True, since=since)
    return Urgency(alarm, late, due, red, since)
