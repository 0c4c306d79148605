"""Residents with phones that can be pushed to, a strict push service, and the sender that runs between them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Row, bindparam, text

from app.accounts.models import Staff
from app.core.clock import now
from app.core.db import Database, UtcDateTime
from app.core.ids import new_id
from app.core.secrets import Secrets
from app.incidents.actor import Actor
from app.incidents.lifecycle import commands
from app.notifications.webpush.sender import Sender
from app.notifications.webpush.subscriptions import Owner, Reach, Subscribed, subscribe
from config import Settings
from tests.support.push_service import Mailbox, PushService


@dataclass
class Phone:
    """A resident's phone: its device header, its subscription, and the report it made."""

    device: str
    mailbox: Mailbox
    report: dict[str, Any]
    incident_id: str


@dataclass
class Town:
    """One installation with its residents, staff and push service."""

    client: FlaskClient
    database: Database
    settings: Settings
    secrets: Secrets
    pushes: PushService
    senders: list[Sender] = field(default_factory=list)

    def phone(self, *, kind: str = "fire", subscribed: bool = True, device: str | None = None) -> Phone:
        """Return a phone whose owner has just reported."""
        device = device or f"{new_id()}.{new_id().replace('-', '')}"
        mailbox = self.pushes.subscription()
        headers = {"Siaga-Device": device}
        if subscribed:
            answer = self.client.put(
                "/api/v1/push-subscriptions", json=mailbox.as_json() | {"locale": "id"}, headers=headers
            )
            assert answer.status_code == 204, answer.text
        answer = self.client.post(
            "/api/v1/reports", json={"kind": kind}, headers=headers | {"Idempotency-Key": new_id()}
        )
        assert answer.status_code == 201, answer.text
        made = answer.get_json()
        with self.database.read() as session:
            incident_id = session.execute(
                text("SELECT incident_id FROM report WHERE id = :id"), {"id": made["id"]}
            ).scalar_one()
        return Phone(device, mailbox, made, str(incident_id))

    def staff(self, role: str = "operator", agency: str | None = None) -> Actor:
        """Return a member of staff."""
        person = Actor(id=new_id(), name=f"{role}-{new_id()[-8:]}", role=role, agency=agency)
        with self.database.write() as session:
            session.add(
                Staff(
                    id=person.id,
                    name=person.name,
                    role=role,
                    agency=agency,
                    password_hash="none",
                    locale="id",
                    created_at=now(),
                )
            )
        return person

    def subscribe(self, person: Actor) -> Mailbox:
        """Let a member of staff be reached by push; return where it arrives."""
        mailbox = self.pushes.subscription()
        stored = mailbox.as_json()
        wish = Subscribed(endpoint=stored["endpoint"], **stored["keys"]).checked(Reach((), loopback=True))
        with self.database.write() as session:
            subscribe(session, Owner(staff_id=person.id), wish)
        return mailbox

    def open(self, phone: Phone, person: Actor) -> None:
        """Let an operator open the incident: one step, one event, one push."""
        with self.database.write() as session:
            commands.open_incident(session, person, phone.incident_id, version=1)

    def forward(self, phone: Phone, person: Actor, *agencies: str) -> None:
        """Let an operator forward the opened incident."""
        with self.database.write() as session:
            commands.forward(session, person, phone.incident_id, version=2, to=agencies or ["damkar"])

    def sender(self) -> Sender:
        """Return a sender as one more worker would have it."""
        self.senders.append(Sender(self.settings, self.secrets, self.database))
        return self.senders[-1]

    def send(self, sender: Sender | None = None, *, timeout_s: float = 20.0) -> None:
        """Send until nothing is due and nothing under way."""
        chosen, until = sender or self.sender(), time.monotonic() + timeout_s
        while chosen.step():
            assert time.monotonic() < until

    def outbox(self) -> list[Row[Any]]:
        """Return every row, in the order of the events."""
        with self.database.read() as session:
            return list(
                session.execute(
                    text(
                        "SELECT id, wording, state, answer, attempts, event_seq, receipt, next_at, sent_at, "
                        "shown_at, clicked_at FROM notification ORDER BY event_seq, id"
                    ).columns(next_at=UtcDateTime(), sent_at=UtcDateTime(), shown_at=UtcDateTime())
                )
            )

    def states(self) -> list[str]:
        return [row.state for row in self.outbox()]

    def make_due(self) -> None:
        """Let every pause end now."""
        self.set_times("next_at = :at", now() - timedelta(seconds=1))

    def set_times(self, change: str, at: datetime) -> None:
        """Change times of what is waiting: `next_at = :at`."""
        statement = text(f"UPDATE notification SET {change} WHERE state = 'waiting'")
        with self.database.write() as session:
            session.execute(statement.bindparams(bindparam("at", type_=UtcDateTime())), {"at": at})


@pytest.fixture
def pushes(tmp_path: Path) -> Iterator[PushService]:
    """A push service over TLS, certified by an authority of its own."""
    service_ = PushService(tmp_path)
    yield service_
    service_.stop()


@pytest.fixture
def settings(settings: Settings, pushes: PushService) -> Settings:
    """The same installation, told where push services are."""
    return replace(settings, push_allow_loopback=True, push_authorities=pushes.authority)


@pytest.fixture
def town(
    client: FlaskClient, database: Database, settings: Settings, secrets: Secrets, pushes: PushService
) -> Iterator[Town]:
    made = Town(client, database, settings, secrets, pushes)
    yield made
    for sender in made.senders:
        sender.close()
