"""A dispatch room in a quiet night: nothing happens, nobody clicks, and the bell must ring all the same."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.accounts.models import StaffSession
from app.accounts.sessions import Limits
from app.core.clock import now
from app.stream.log_reader import living_sessions, touch_sessions


def seen(database, session_id):
    with database.read() as session:
        return session.scalar(select(StaffSession.seen_at).where(StaffSession.id == session_id))


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
