"""A dispatch room in a quiet night: nothing happens, nobody clicks, and the bell must ring all the same."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import StaffSession
from app.accounts.sessions import Limits
from app.core.clock import now
from app.core.stream_ticket import ROOM
from app.stream.__main__ import SESSIONS_S, _watch_sessions
from app.stream.hub import Hub
from app.stream.log_reader import living_sessions, touch_sessions
from tests.support.streams import run_apart


def seen(database, session_id):
    with database.read() as session:
        return session.scalar(select(StaffSession.seen_at).where(StaffSession.id == session_id))


@pytest.mark.long
@pytest.mark.engine("sqlite")
def test_an_open_stream_keeps_its_console_signed_in(room):
    room.stop()
    room.settings = replace(room.settings, session_idle_min=1)
    room.start()
    ticket = room.ticket()
    console, before = room.listen(ticket=ticket), seen(room.database, ticket.session_id)
    until = time.monotonic() + 90
    while seen(room.database, ticket.session_id) == before:
        assert time.monotonic() < until
        time.sleep(0.2)
    room.happen()
    assert console.events(1)


class OpenStream:
    """What the hub knows of a console that listens."""

    scope, last, is_open = ROOM, 0, True

    def __init__(self, session_id):
        self.session_id = session_id

    def send(self, data):
        """Take a frame."""

    def drop(self):
        self.is_open = False


@pytest.mark.engine("sqlite")
def test_the_watch_over_sessions_keeps_those_with_an_open_stream(app, inside, database, clock):
    """The same without a process, and with a limit so short that each look is recorded."""
    inside("operator")
    with database.read() as session:
        session_id = session.scalar(select(StaffSession.id))
    limits = Limits(idle=timedelta(seconds=6), absolute=timedelta(hours=12))
    clock.forward(seconds=3)
    before = seen(database, session_id)

    async def watch():
        hub = Hub(0, lambda after: [])
        hub.join(OpenStream(session_id), None)
        task = asyncio.create_task(_watch_sessions(hub, database, limits))
        with suppress(TimeoutError):
            await asyncio.wait_for(task, 1.5 * SESSIONS_S)
        return len(hub)

    assert run_apart(watch()) == 1
    assert seen(database, session_id) > before


def test_a_sign_in_that_ended_is_not_brought_back(inside, app, database, clock):
    idle, absolute = app.settings.session_limits
    limits = Limits(idle=idle, absolute=absolute)
    first, late, gone = inside("operator"), inside("operator"), inside("operator")
    with database.read() as session:
        ids = dict(session.execute(select(StaffSession.staff_id, StaffSession.id)).all())
    with database.write() as session:
        session.execute(
            update(StaffSession)
            .where(StaffSession.staff_id == late.staff_id)
            .values(created_at=now() - absolute)
        )
        session.execute(
            update(StaffSession).where(StaffSession.staff_id == gone.staff_id).values(ended_at=now())
        )
    clock.forward(minutes=29)
    touch_sessions(database, living_sessions(database, ids.values(), limits))
    clock.forward(minutes=29)
    assert first.get("/console/akun").status_code == 200
    for other in (late, gone):
        assert other.get("/console/akun").status_code == 303
    assert living_sessions(database, ids.values(), limits) == {ids[first.staff_id]}
