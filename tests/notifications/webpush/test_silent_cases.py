"""What no lock screen says: violence at home, and the office whose name would tell of it."""

import pytest

from app.incidents.lifecycle import commands
from app.incidents.reporter import status as reporter_status

pytestmark = pytest.mark.both_engines


def test_nothing_is_told_about_violence_at_home(town):
    """Its reports are cases elsewhere; an operator may still find that an incident is one."""
    phone, operator = town.phone(), town.staff()
    town.subscribe(town.staff("agency", "uptdppa"))
    with town.database.write() as session:
        commands.set_kind(session, operator, phone.incident_id, version=1, kind="violence_home")
        commands.open_incident(session, operator, phone.incident_id, version=2)
        commands.forward(session, operator, phone.incident_id, version=3, to=["uptdppa"])
    assert town.outbox() == []


def test_neither_lock_screen_nor_ladder_names_the_office_for_violence(town):
    """A crime may turn out to be violence at home: the name of who comes would tell whoever holds the phone."""
    phone, operator = town.phone(), town.staff()
    town.open(phone, operator)
    town.forward(phone, operator, "uptdppa")
    town.send()
    (shown,) = town.pushes.messages(phone.mailbox)[-1:]
    assert shown["notification"]["body"] == "Diteruskan ke petugas."
    with town.database.read() as session:
        filed = reporter_status.progress(session, phone.report["id"])
    assert "agency" not in filed["ladder"][-1]
    assert filed["agencies"] == []
