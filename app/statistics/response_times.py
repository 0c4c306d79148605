"""The legs of an incident, from its events. Pure: a leg is a sample only where both its ends happened."""

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
    *("closed", "reopened"),
)
TENTH: Final = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as far as the legs need it; `agencies` are whom it is about."""

    name: str
    at: datetime
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """Tenths of a second by leg: of the whole incident, and of each agency that was asked."""

    whole: Mapping[str, int]
    agencies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def agencies_of(name: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the agencies that an event's facts name."""
    if name == "forwarded":
        return tuple(facts.get("agencies", ()))
    agency = facts.get("agency")
    return (agency,) if agency else ()


def story(events: Sequence[Happened]) -> Story:
    """Return the legs of one incident; `events` in the order of the log.

    The first time counts, whatever was corrected or taken up again afterwards; for the end the last time does,
    and none when the incident is open. An agency's own legs begin when it was asked and end with its own word.
    """
    whole = _first(events)
    selection = dict.fromkeys(
        code for event in events if event.name == "forwarded" for code in event.agencies
    )
    room = {name: whole[name] for name in ("received", "opened") if name in whole}
    own: dict[str, Mapping[str, int]] = {}
    for code in selection:
        about = [event for event in events if code in event.agencies]
        ends = room | _first(about)
        done = [event.at for event in about if event.name == "done"]
        if done:
            ends["closed"] = done[-1]
        elif "closed" in whole:
            ends["closed"] = whole["closed"]
        own[code] = _legs(ends)
    return Story(_legs(whole), own)


def _first(events: Iterable[Happened]) -> dict[str, datetime]:
    ends: dict[str, datetime] = {}
    for event in events:
        if event.name == "closed":
            ends["closed"] = event.at
        elif event.name == "reopened":
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
    """Return tenths of a second, rounded up: nobody keeps a target that was missed by less."""
    return -(-span // TENTH)
