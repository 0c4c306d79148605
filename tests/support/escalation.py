"""The night shift: people on call with telephones, clocks that a test moves, and workers that answer silence."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.agencies.models import Contact, OnCall, Swap
from app.core.db import Database
from app.core.ids import new_id
from app.core.models import Event
from app.incidents.escalation.needed_rings import ring_is_needed
from app.incidents.escalation.run_step import fire
from app.incidents.escalation.set_timers import arm
from app.incidents.escalation.silent_cases import fire_cases
from app.notifications.gateway.models import Ring
from app.notifications.gateway.providers import carriers, open_means
from app.notifications.gateway.sender import Ringer
from config import Settings
from tests.support.clock import Clock
from tests.support.gateway_server import TOKEN, FakePhone, PostOffice
from tests.support.incidents import Desk

NIGHT = "+6281100000{:02d}"


@dataclass
class Night:
    """A town whose people on call have telephones."""

    desk: Desk
    settings: Settings
    clock: Clock
    phone: FakePhone
    numbers: dict[str, str] = field(default_factory=dict)
    ringers: list[Ringer] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.desk.database

    def contact(
        self, name: str, agency: str | None = None, *, email: str | None = None, staff_id: str | None = None
    ) -> str:
        """Add somebody with a telephone of their own."""
        self.numbers[name] = NIGHT.format(len(self.numbers))
        row = Contact(
            id=new_id(), agency=agency, name=name, phone=self.numbers[name], email=email, staff_id=staff_id
        )
        with self.database.write() as session:
            session.add(row)
        return row.id

    def on_call(
        self,
        name: str,
        duty: str,
        agency: str | None = None,
        *,
        days: str = "1234567",
        hours: tuple[int, int] = (0, 0),
        **more: str,
    ) -> str:
        """Put somebody on a roster; `hours` in WITA, equal ones are the whole day."""
        contact_id = self.contact(name, agency, **more)
        line = OnCall(
            id=new_id(),
            contact_id=contact_id,
            duty=duty,
            days=days,
            from_min=hours[0] * 60,
            to_min=hours[1] * 60,
        )
        with self.database.write() as session:
            session.add(line)
        return line.id

    def swap(self, line_id: str, contact_id: str, starts_at: datetime, ends_at: datetime) -> None:
        with self.database.write() as session:
            session.add(
                Swap(
                    id=new_id(),
                    on_call_id=line_id,
                    contact_id=contact_id,
                    starts_at=starts_at,
                    ends_at=ends_at,
                )
            )

    def settle(self) -> None:
        """Let a worker do all that is due at this moment, rings too."""
        means = open_means(self.settings)
        while arm(self.database) | fire(self.database, means) | fire_cases(self.database, means):
            pass
        self.ring()

    def ring(self) -> None:
        """Carry the rings that are due."""
        if not self.ringers:
            self.ringers.append(Ringer(self.database, carriers(self.settings), ring_is_needed))
        while self.ringers[0].step():
            pass

    def pass_by(self, seconds: float, *, tick: float = 1) -> None:
        """Let time go by with a worker at work."""
        for _ in range(int(seconds / tick)):
            self.clock.forward(seconds=tick)
            self.settle()

    def heard(self) -> list[tuple[str, str]]:
        """Return who heard what kind of ring, by name, in the order of asking."""
        names = {number: name for name, number in self.numbers.items()}
        requests = {ring.id: ring.created_at for ring in self.rings()}
        heard = sorted(self.phone.rings, key=lambda item: (requests[item.key], item.to, item.channel))
        return [(names.get(item.to, item.to), item.channel) for item in heard]

    def steps(self, incident_id: str) -> list[tuple[str, str, str]]:
        """Return the steps that were made: ladder, who, outcome."""
        details = [
            json.loads(event.data) for event in self.desk.events(incident_id) if event.name == "escalated"
        ]
        return [(fact["ladder"], fact["who"], fact["outcome"]) for fact in details]

    def when(self, incident_id: str) -> list[float]:
        """Return at how many seconds behind the report each step came."""
        events = self.desk.events(incident_id)
        return [
            round((event.at - events[0].at).total_seconds(), 1)
            for event in events
            if event.name == "escalated"
        ]

    def rings(self) -> list[Ring]:
        with self.database.read() as session:
            return list(session.scalars(select(Ring).order_by(Ring.created_at, Ring.id)))

    def events(self, name: str) -> list[dict[str, Any]]:
        with self.database.read() as session:
            rows = session.scalars(select(Event).where(Event.name == name).order_by(Event.seq))
            return [json.loads(row.data) for row in rows]


@pytest.fixture
def night(
    desk: Desk, settings: Settings, clock: Clock, telephone: FakePhone, post_office: PostOffice
) -> Iterator[Night]:
    """A night with a gateway and a mail server; nobody is on any roster yet."""
    chosen = replace(
        settings,
        gateway_url=telephone.url,
        gateway_token=TOKEN,
        smtp_url=post_office.url,
        smtp_from="siaga@example.org",
    )
    made = Night(desk, chosen, clock, telephone)
    yield made
    for ringer in made.ringers:
        ringer.close()
    assert telephone.faults == []
