"""Read and change response-time targets: seconds by leg and share, from the standards below."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from app.agencies.models import Routing
from app.core.errors import Invalid
from app.core.models import Setting
from app.eventlog.log import record_event, staff_actor

SETTING: Final = "targets"
MOST_S: Final = 86_400
TARGETS: Final[Mapping[str, Mapping[str, int]]] = {
    "opening": {"p90": 15, "p95": 20},
    "forwarding": {"p90": 60},
    "accepting": {"p90": 60},
    "turnout": {"p90": 80, "p90.medical": 60},
    "travel": {"p90": 240},
    "response": {"p90.fire": 900},
}
"""Leg → share, or share and kind → seconds. NENA 90 % in 15 s, 95 % in 20 s; NFPA 1225 process 60 s; NFPA 1710
turnout 80 s, medical 60 s, travel 240 s; Indonesia's fire standard 15 minutes. A setting `targets` replaces it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A share of incidents (`p90` or `p95`) to finish a leg within `seconds`."""

    leg: str
    share: str
    seconds: int

    def kept(self, tenths: int | None) -> bool | None:
        """Return whether a percentile keeps the target, None without samples."""
        return None if tenths is None else tenths <= self.seconds * 10


def target_table(session: Session) -> Mapping[str, Mapping[str, int]]:
    """Return the stored targets: leg → share, or share and kind → seconds."""
    row = session.get(Setting, SETTING)
    table: Mapping[str, Mapping[str, Any]] = json.loads(row.value) if row else TARGETS
    return {leg: {name: int(seconds) for name, seconds in shares.items()} for leg, shares in table.items()}


def set_targets(session: Session, staff_id: str, sent: Mapping[str, str]) -> None:
    """Change the targets; `sent` holds seconds as typed, by `leg.share` or `leg.share.kind`.

    Raises:
        Invalid: a value is no whole number of seconds between 1 and a day.
    """
    table = {leg: dict(shares) for leg, shares in target_table(session).items()}
    faults = []
    for leg, shares in table.items():
        for name in shares:
            typed = sent.get(f"{leg}.{name}", "").strip()
            if typed.isdecimal() and len(typed) < 6 and 1 <= int(typed) <= MOST_S:
                shares[name] = int(typed)
            else:
                faults.append((f"/{leg}.{name}", "target_seconds"))
    if faults:
        raise Invalid(faults[:1])
    row = session.get(Setting, SETTING)
    if row is None:
        session.add(Setting(name=SETTING, value=json.dumps(table)))
    else:
        row.value = json.dumps(table)
    record_event(session, staff_actor(staff_id), "targets_changed", targets=table)


def read_targets(session: Session, kind: str | None = None) -> list[Target]:
    """Return the targets of all kinds together, or of one kind."""
    table = target_table(session)
    found: dict[tuple[str, str], int] = {}
    for leg, shares in table.items():
        for name, seconds in shares.items():
            share, _, only = name.partition(".")
            if not only:
                found.setdefault((leg, share), seconds)
            elif only == kind:
                found[leg, share] = seconds
    route = session.get(Routing, kind) if kind else None
    if route is not None:  # the routing table sets the time to accept for this kind
        found["accepting", "p90"] = route.accept_within_s
    return [Target(leg, share, seconds) for (leg, share), seconds in found.items()]
