"""Compute the response times (legs) of an incident from its events; a leg needs both its ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

LEGS: Final = ("opening", "forwarding", "accepting", "turnout", "travel", "scene", "response")
"""received→opened, →forwarded, →accepted, →moving, →on scene, →closed; `response` is received→on scene."""
ENDS: Final = {
    "opening": ("received", "opened"),
    "forwarding": ("opened", "forwarded"),
    "accepting": ("forwarded", "accepted"),
    "turnout": ("accepted", "en_route"),
    "travel": ("en_route", "on_scene"),
    "scene": ("on_scene", "closed"),
    "response": ("received", "on_scene"),
}
EVENTS: Final = (
    *("received", "opened", "forwarded", "accepted", "en_route", "on_scene", "done"),
    *("closed", "reopen"),
)
TENTH: Final = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True)
class LegEvent:
    """An event with the data that legs need; `agencies` are those that it is about."""

    name: str
    at: datetime
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentTimes:
    """Tenths of a second by leg, of the whole incident and of each assigned agency."""

    whole: Mapping[str, int]
    agencies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def agencies_of(name: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the agencies in an event's data."""
    if name == "forwarded":
        return tuple(data.get("agencies", ()))
    agency = data.get("agency")
    return (agency,) if agency else ()


def incident_times(events: Sequence[LegEvent]) -> IncidentTimes:
    """Return the legs of one incident; `events` are in the order of the log.

    The first time of an event counts, despite later corrections; for the end the last time counts, and none while the
    incident is open. The legs of an agency begin when it was assigned and end with its own `done`, else with the
    incident.
    """
    whole = _event_times(events)
    assigned = dict.fromkeys(code for event in events if event.name == "forwarded" for code in event.agencies)
    shared_ends = {name: whole[name] for name in ("received", "opened") if name in whole}
    by_agency: dict[str, Mapping[str, int]] = {}
    for code in assigned:
        about = [event for event in events if code in event.agencies]
        ends = shared_ends | _event_times(about)
        done = [event.at for event in about if event.name == "done"]
        if done:
            ends["closed"] = done[-1]
        elif "closed" in whole:
            ends["closed"] = whole["closed"]
        by_agency[code] = _legs(ends)
    return IncidentTimes(_legs(whole), by_agency)


def _event_times(events: Iterable[LegEvent]) -> dict[str, datetime]:
    ends: dict[str, datetime] = {}
    for event in events:
        if event.name == "closed":
            ends["closed"] = event.at
        elif event.name == "reopen":
            ends.pop("closed", None)
        elif event.name != "done":
            ends.setdefault(event.name, event.at)
    return ends


def _legs(ends: Mapping[str, datetime]) -> dict[str, int]:
    return {
        leg: tenths(ends[until] - ends[since])
        for leg, (since, until) in ENDS.items()
        if since in ends and until in ends and ends[until] >= ends[since]
    }


def tenths(span: timedelta) -> int:
    """Return tenths of a second, rounded up, so that a target missed by less than a tenth counts as missed."""
    return -(-span // TENTH)
