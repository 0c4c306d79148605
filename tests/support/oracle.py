"""What should have been rung, worked out from the event log alone: every wait, its steps, and how late each came."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.core.models import Event
from app.incidents.escalation.seed import SEEDED
from app.incidents.models import Incident

LATEST = timedelta(seconds=2)
ENDS = ("accepted", "declined", "cancelled")


@dataclass
class Wait:
    """One wait of the log: on a ladder, from when it may ring to when somebody answered."""

    ladder: str
    base: datetime
    ended: datetime | None = None
    made: list[tuple[datetime, int, int, str]] = field(default_factory=list)

    def faults(self, now: datetime) -> list[str]:
        """Return every step that was skipped, doubled, out of order, early or late."""
        again, steps = SEEDED[self.ladder]
        end, base, round_, left = self.ended or now, self.base, 1, list(self.made)
        while True:
            for place, (after_s, who, _) in enumerate(steps, start=1):
                nominal = base + timedelta(seconds=after_s)
                if not left:
                    skipped = end - nominal > LATEST
                    return [f"{self.ladder}: step {place} of round {round_} was skipped"] if skipped else []
                at, made_round, made_place, made_who = left.pop(0)
                if (made_round, made_place, made_who) != (round_, place, who):
                    return [
                        f"{self.ladder}: {made_who} {made_round}.{made_place} instead of {who} {round_}.{place}"
                    ]
                if not timedelta(0) <= at - nominal <= LATEST:
                    return [f"{self.ladder}: {who} came {at - nominal} behind its time"]
                last = at
            if again is None:
                return [f"{self.ladder}: more steps than the ladder has"] if left else []
            base, round_ = last + timedelta(seconds=again), round_ + 1


class Oracle:
    """Reads the events of one incident."""

    def __init__(self, incident: Incident, events: list[Event]):
        self.incident = incident
        self.waits: dict[tuple[str, str], Wait] = {}
        self.over: list[Wait] = []
        self.faults: list[str] = []
        self.held: dict[str, str] = {}
        self.lead = ""
        for event in events:
            self.read(event, json.loads(event.data))

    def read(self, event: Event, details: dict[str, Any]) -> None:
        if event.name == "received":
            self.begin(self.incident.id, "unopened", event.at, self.incident.open_within_s)
        elif event.name == "escalated":
            self.step(event.at, details)
        elif event.name in {"opened", "closed"}:
            self.end(self.incident.id, event.at)
        elif event.name in {"forwarded", "lead"}:
            self.forwarded(event.at, details)
        elif event.name in ENDS:
            self.end(details["assignment"], event.at)
            lost = event.name == "declined" and details["assignment"] == self.lead
            if lost and details["reason"] != "duplicate":
                self.begin(details["assignment"], "declined", event.at, 0)
        if event.name == "closed":
            for subject, _ in list(self.waits):
                self.end(subject, event.at)
            self.lead, self.held = "", {}

    def forwarded(self, at: datetime, details: dict[str, Any]) -> None:
        for subject, ladder in list(self.waits):
            if ladder == "declined":
                self.end(subject, at)
        fresh = details.get("assignments", {})
        self.held |= fresh
        self.lead = details.get("assignment") or self.held[details["lead"]]
        for subject in fresh.values():
            self.begin(subject, "forwarded", at, 0)
            self.begin(subject, "unaccepted", at, self.incident.accept_within_s)

    def begin(self, subject: str, ladder: str, at: datetime, within_s: int) -> None:
        self.waits[subject, ladder] = Wait(ladder, at + timedelta(seconds=within_s))

    def end(self, subject: str, at: datetime) -> None:
        for key in [key for key in self.waits if key[0] == subject]:
            wait = self.waits.pop(key)
            wait.ended = at
            self.over.append(wait)

    def step(self, at: datetime, details: dict[str, Any]) -> None:
        wait = self.waits.get((details.get("assignment", self.incident.id), details["ladder"]))
        if wait is None:
            self.faults.append(
                f"{details['ladder']}: {details['who']} was called though nobody was waited for"
            )
        else:
            wait.made.append((at, details["round"], details["step"], details["who"]))

    def verdict(self, now: datetime) -> list[str]:
        """Return all that went wrong until now."""
        waits = [*self.over, *self.waits.values()]
        return self.faults + [fault for wait in waits for fault in wait.faults(now)]
