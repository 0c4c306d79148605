"""List the facts for and against a report's credibility, without a score. Pure.

Facts order and label only. Every report is accepted, and silent cases are not assessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

FLOOD: Final = 6
"""Reports of one device within `FLOOD_SPAN`: the sixth and later ones are labelled."""
CAUTION: Final = 4
"""Reports of one device within `FLOOD_SPAN` after which the reporter is shown the law on false reports."""
FLOOD_SPAN: Final = timedelta(minutes=10)
CROWD: Final = 100
"""New devices reporting within `CROWD_SPAN`: reports beyond this number are labelled."""
CROWD_SPAN: Final = timedelta(minutes=1)
NEW_DEVICE: Final = timedelta(minutes=10)
OLD_POSITION_S: Final = 300.0
VAGUE_M: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Data of a report and of the device that sent it."""

    has_device: bool
    device_is_new: bool = False
    sent_recently: int = 0
    """Reports of this device within `FLOOD_SPAN`, including this report."""
    new_devices_recently: int = 0
    """New devices that reported within `CROWD_SPAN`, including this one where it is new."""
    handled_before: int = 0
    """Incidents of this device that were resolved or handed over."""
    strikes: int = 0
    """Active strikes."""
    source: str = "none"
    accuracy_m: float | None = None
    age_s: float | None = None
    photos: int = 0
    others_near: int = 0
    """Reports of other devices near in place and time."""


class Fact(NamedTuple):
    """One fact: its code, its figure, and its direction (1 supports the report, -1 asks for verification)."""

    code: str
    value: int
    leans: int


def list_facts(known: Known) -> list[Fact]:
    """Return the facts of a report, those that ask for verification first."""
    found = [
        Fact("strikes", known.strikes, -1) if known.strikes else None,
        Fact("many_from_device", known.sent_recently, -1) if known.sent_recently >= FLOOD else None,
        Fact("many_new_devices", known.new_devices_recently, -1)
        if known.device_is_new and known.new_devices_recently > CROWD
        else None,
        Fact("old_position", round(known.age_s), -1)
        if known.age_s is not None and known.age_s > OLD_POSITION_S
        else None,
        Fact("vague_position", round(known.accuracy_m), -1)
        if known.accuracy_m is not None and known.accuracy_m > VAGUE_M
        else None,
        Fact("new_device", 1, 0) if known.device_is_new else None,
        Fact("no_device", 1, 0) if not known.has_device else None,
        Fact("handled_before", known.handled_before, 1) if known.handled_before else None,
        Fact("measured_position", round(known.accuracy_m or 0), 1)
        if known.source == "gps" and (known.accuracy_m or 0) <= VAGUE_M
        else None,
        Fact("photos", known.photos, 1) if known.photos else None,
        Fact("others_near", known.others_near, 1) if known.others_near else None,
    ]
    return [fact for fact in found if fact]


def why_verify(known: Known) -> str | None:
    """Return the reason to verify a report before sending help, or None.

    Other reporters of the same incident, or a photo, outweigh everything else.
    """
    if known.others_near or known.photos:
        return None
    negative_codes = {fact.code for fact in list_facts(known) if fact.leans < 0}
    return next(
        (code for code in ("many_from_device", "many_new_devices", "strikes") if code in negative_codes), None
    )
