"""Ladders, rosters and the watchdog's bar on real screens.

Axe in every look, nothing sticks out, the bar comes by itself.
"""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, text

from app.agencies.models import Contact, OnCall
from app.core.clock import now
from app.core.db import UtcDateTime
from app.core.heartbeat import beat
from app.core.ids import new_id
from tests.support.console import ring_once


@pytest.fixture
def worker(house):
    """A worker that was heard and is not mute soon: how long a page needs to load must not make it so."""
    beat(house.desk.database, "worker")
    worker_was_heard(house, -timedelta(minutes=5))
    yield
    with house.desk.database.write() as session:
        session.execute(text("DELETE FROM heartbeat WHERE name = 'worker'"))


def worker_was_heard(house, ago: timedelta) -> None:
    statement = text("UPDATE heartbeat SET at = :at WHERE name = 'worker'")
    with house.desk.database.write() as session:
        session.execute(statement.bindparams(bindparam("at", type_=UtcDateTime())), {"at": now() - ago})


def put_on_call(house) -> None:
    with house.desk.database.write() as session:
        first = Contact(
            id=new_id(), agency=None, name="Sari", phone="+6281122334455", email="sari@example.org"
        )
        session.add(first)
        session.flush()
        line = {"duty": "supervisor", "days": "1234567", "from_min": 0, "to_min": 0}
        session.add(OnCall(id=new_id(), contact_id=first.id, **line))


@pytest.mark.parametrize("path", ["/console/eskalasi", "/console/jaga"])
def test_the_pages_are_fit_for_everybody(house, at_desk, path, axe_faults):
    put_on_call(house)
    page = at_desk("administrator", path)
    for summary in page.locator("main details > summary").all():
        summary.click()
    assert axe_faults(page) == []


@pytest.mark.usefixtures("worker")
def test_the_bar_comes_and_goes_without_a_reload(house, at_desk, axe_faults):
    page = at_desk("operator", "/console/antrean")
    bar = page.locator("#watchdog")
    assert bar.is_hidden()
    worker_was_heard(house, timedelta(seconds=11))
    bar.wait_for(state="visible")
    assert bar.inner_text().startswith("Sistem latar diam sejak")
    assert axe_faults(page) == []
    with house.desk.database.write() as session:
        session.execute(text("DELETE FROM heartbeat WHERE name = 'worker'"))
    bar.wait_for(state="hidden")


@pytest.mark.usefixtures("worker")
def test_the_bar_rings_like_a_red_row_and_can_be_muted(house, at_desk, move_clock):
    page = at_desk("operator", f"/console/kejadian/{house.desk.report('tree_down')}")
    first = ring_once(page)
    worker_was_heard(house, timedelta(seconds=11))
    page.wait_for_function("(first) => window.rang > first", arg=first)
    page.locator("#sound").click()
    page.locator("#sound", has_text="Suara mati").wait_for()
    muted = page.evaluate(
        "window.alarms = 0; document.addEventListener('siaga:alarm', () => window.alarms++); window.rang"
    )
    move_clock(page)
    page.clock.fast_forward(16_000)  # it rings again after fifteen seconds
    page.wait_for_function("() => window.alarms > 0")
    assert page.evaluate("window.rang") == muted
