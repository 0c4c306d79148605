"""A drill runs as in earnest for those who take part, begins with SIMULASI, and reaches nobody else."""

import pytest
from sqlalchemy import select

from app.accounts.models import Staff
from app.core.clock import now
from app.core.ids import new_id
from app.incidents.actor import Actor
from app.incidents.control_room import drills
from app.incidents.escalation.models import Clock
from app.incidents.lifecycle.notify import incident_pushed
from app.notifications.webpush.models import Notification, PushSubscription
from app.notifications.webpush.outbox import enqueue
from app.notifications.wording import spoken

MARK = "SIMULASI"


@pytest.fixture
def account(database):
    """`account(role, agency)`: an account whose browser takes pushes; returns its id."""

    def _account(role, agency=None):
        with database.write() as session:
            first = Staff(
                id=new_id(), name=new_id(), role=role, agency=agency, password_hash="-", created_at=now()
            )
            session.add(first)
            session.flush()
            session.add(
                PushSubscription(
                    id=new_id(),
                    staff_id=first.id,
                    endpoint=f"https://push.example/{first.id}",
                    p256dh="-",
                    auth="-",
                    locale="id",
                    created_at=now(),
                    renewed_at=now(),
                )
            )
            return first.id

    return _account


@pytest.fixture
def leader(account):
    return Actor(account("supervisor"), "Sari", "supervisor")


def begin(night, leader, *staff):
    with night.database.write() as session:
        drills.start_drill(session, leader, name="Gladi pasar", minutes=60, staff=staff)


def pushed(database):
    """Who got a push, and how its title begins."""
    with database.read() as session:
        rows = session.execute(
            select(PushSubscription.staff_id, Notification.wording, Notification.data).join(
                Notification, Notification.subscription_id == PushSubscription.id
            )
        ).all()
    return {(row.staff_id, spoken(row.wording, row.data, "id")[0].startswith(MARK)) for row in rows}


def shown(night):
    return [ring.text for ring in night.phone.rings]


def clocks(database):
    with database.read() as session:
        return list(session.scalars(select(Clock.ladder)))


def test_without_a_drill_what_is_simulated_calls_nobody(night, account):
    account("operator")
    night.on_call("Sari", "supervisor")
    night.desk.report("fire", simulation=True)
    night.pass_by(90, tick=5)
    assert (night.heard(), pushed(night.database), clocks(night.database)) == ([], set(), [])


def test_in_a_drill_the_chosen_alone_are_called_and_hear_that_it_is_one(night, account, leader):
    chosen, other = account("operator"), account("operator")
    night.on_call("Ikut", "supervisor", staff_id=leader.id)
    night.on_call("Tidak", "supervisor", staff_id=account("supervisor"))
    night.on_call("Tanpa akun", "supervisor")
    begin(night, leader, chosen, leader.id)
    incident_id = night.desk.report("fire", simulation=True)
    night.pass_by(60, tick=5)
    assert ("unopened", "operators", "rung") in night.steps(incident_id)
    assert {name for name, _ in night.heard()} == {"Ikut"}
    assert shown(night)
    assert all(words.startswith(MARK) for words in shown(night))
    called = pushed(night.database)
    assert (chosen, True) in called
    assert not [who for who, marked in called if who == other or not marked]


def test_a_real_report_in_a_drill_calls_everybody_as_ever(night, account, leader):
    """No real ring is bundled into one of a drill."""
    chosen, other = account("operator"), account("operator")
    night.on_call("Ikut", "supervisor", staff_id=leader.id)
    begin(night, leader, chosen, leader.id)
    night.desk.report("fire", simulation=True)
    night.desk.report("fire")
    night.pass_by(60, tick=5)
    starts = {words.startswith(MARK) for words in shown(night)}
    assert starts == {True, False}
    assert {(chosen, False), (other, False)} <= pushed(night.database)


def test_when_it_ends_its_clocks_stop(night, account, leader):
    chosen = account("operator")
    begin(night, leader, chosen)
    incident_id = night.desk.report("fire", simulation=True)
    night.pass_by(20, tick=5)
    made = len(night.steps(incident_id))
    assert made > 0
    with night.database.write() as session:
        drills.stop_drill(session, leader)
    night.pass_by(120, tick=5)
    assert (len(night.steps(incident_id)), clocks(night.database)) == (made, [])


def test_it_ends_by_itself(night, account, leader):
    begin(night, leader, account("operator"))
    night.clock.forward(minutes=61)
    incident_id = night.desk.report("fire", simulation=True)
    night.pass_by(60, tick=10)
    assert night.steps(incident_id) == []


def test_of_a_task_in_it_the_agency_s_chosen_alone_hear(night, account, leader):
    chosen, other = account("agency", "damkar"), account("agency", "damkar")
    begin(night, leader, chosen)
    for simulation in (True, False):
        incident_id = night.desk.report("fire", simulation=simulation)
        with night.database.write() as session:
            enqueue(
                session,
                event_seq=night.desk.events(incident_id)[0].seq,
                incident=incident_pushed(session, incident_id),
                wording="forwarded_task",
                agency="damkar",
            )
    assert pushed(night.database) == {(chosen, True), (chosen, False), (other, False)}
