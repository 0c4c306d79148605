"""A silent case that nobody opens rings people, and no ring, push, ledger or log can be told from an ordinary one."""

import json

import pytest
from sqlalchemy import select, text

from app.core.clock import now
from app.core.ids import new_id
from app.core.models import Event
from app.incidents.escalation import silent_cases
from app.incidents.escalation.silent_cases import STEPS, fire_cases
from app.notifications.gateway.providers import open_means
from app.notifications.webpush.models import Notification, PushSubscription
from app.notifications.wording import payload
from app.silent import dispatch_case
from app.silent.access import Viewer
from app.silent.dispatch_summary import DispatchSummary
from app.silent.intake import SilentReport, store_silent_report
from app.silent.models import CaseAgency, CaseClock, CaseLogEntry, SilentCase

DUTIES = (
    ("Counsellor", "first", "uptdppa"),
    ("Counsellor two", "second", "uptdppa"),
    ("Police", "first", "polres"),
    ("Sari", "supervisor", None),
    ("Head", "head", None),
)


@pytest.fixture
def call(night, secrets):
    """Ask for help in silence while everybody is on call; return the case."""

    def _call():
        return store_silent_report(
            night.database, secrets, SilentReport(key=new_id(), body="", block=DispatchSummary())
        )

    for name, duty, agency in DUTIES:
        night.on_call(name, duty, agency)
    return _call


def links(night, case_id, name="rung"):
    with night.database.read() as session:
        query = select(CaseLogEntry).where(CaseLogEntry.case_id == case_id, CaseLogEntry.name == name)
        return [
            json.loads(row.data) | {"at": row.at} for row in session.scalars(query.order_by(CaseLogEntry.seq))
        ]


def opened(night, secrets, case, hire):
    viewer = Viewer(hire("cleared", cleared=True), "operator", None, cleared=True)
    with night.database.write() as session:
        dispatch_case.apply_move(
            session, viewer, case.id, "open", version=session.get_one(SilentCase, case.id).version
        )


@pytest.mark.both_engines
def test_agencies_are_rung_at_once_then_the_room_up_to_its_head(night, call):
    case = call()
    night.settle()
    assert sorted(night.heard()) == [
        ("Counsellor", "sms"),
        ("Counsellor", "voice"),
        ("Police", "sms"),
        ("Police", "voice"),
    ]
    night.pass_by(80)
    assert night.heard()[4:] == [
        ("Counsellor two", "sms"),
        ("Counsellor two", "voice"),
        ("Sari", "sms"),
        ("Head", "sms"),
        ("Head", "voice"),
    ]
    made = links(night, case.id)
    assert [item["who"] for item in made] == [step.who for step in STEPS]
    late = [
        (item["at"] - case.received_at).total_seconds() - step.after_s
        for item, step in zip(made, STEPS, strict=True)
    ]
    assert all(0 <= item <= 2 for item in late), late


def test_it_begins_again_until_somebody_opens_it(night, call, secrets, hire):
    case = call()
    night.pass_by(300, tick=5)
    rounds = {link["round"] for link in links(night, case.id)}
    assert rounds == {1, 2, 3}
    opened(night, secrets, case, hire)
    heard = len(night.heard())
    night.pass_by(300, tick=10)
    assert len(night.heard()) == heard
    with night.database.read() as session:
        assert session.scalars(select(CaseClock)).all() == []


@pytest.mark.both_engines
def test_a_ring_that_waits_is_withdrawn_when_it_is_opened(night, call, secrets, hire):
    case = call()
    while fire_cases(night.database, open_means(night.settings)):
        pass
    opened(night, secrets, case, hire)
    night.ring()
    assert night.heard() == []
    assert {ring.state for ring in night.rings()} == {"withdrawn"}


def test_the_gateway_cannot_tell_it_from_an_unopened_report(night, call):
    call()
    night.pass_by(50)
    silent = {(item.channel, item.text) for item in night.phone.requests if item.to == night.numbers["Sari"]}
    night.phone.requests.clear()
    night.clock.forward(seconds=3600)
    with night.database.write() as session:
        session.execute(text("DELETE FROM case_clock"))
    night.desk.report("fire")
    night.pass_by(35)
    ordinary = {
        (item.channel, item.text) for item in night.phone.requests if item.to == night.numbers["Sari"]
    }
    assert silent == ordinary == {("sms", "Siaga 112: ada laporan yang belum dibuka. Buka konsol sekarang.")}


def test_an_agency_is_called_as_for_any_task_of_its_own(night, call):
    """First and second contact, SMS and voice: each in the words of an ordinary task, and of no other."""

    def heard(name):
        return {item.text for item in night.phone.requests if item.to == night.numbers[name]}

    night.on_call("Police two", "second", "polres")
    call()
    night.pass_by(35)
    silent = {name: heard(name) for name in ("Police", "Police two", "Counsellor")}
    night.phone.requests.clear()
    with night.database.write() as session:
        session.execute(text("DELETE FROM case_clock"))
    night.clock.forward(seconds=3600)
    night.desk.forwarded("crime", "polres")
    night.pass_by(95)
    assert {name: heard(name) for name in ("Police", "Police two")} == {
        name: silent[name] for name in ("Police", "Police two")
    }
    assert silent["Counsellor"] == {"Siaga 112: ada tugas baru. Buka konsol, terima atau tolak."}
    assert silent["Police two"] == {
        "Siaga 112: ada tugas yang belum dijawab. Buka konsol, terima atau tolak."
    }


@pytest.mark.both_engines
def test_no_ledger_and_no_log_names_the_case(night, call):
    case = call()
    night.phone.answers += [(422, {})] * 4
    night.pass_by(80)
    assert {item.state for item in night.rings()} == {"failed", "taken"}
    for ring in night.rings():
        assert (ring.incident_id, ring.assignment_id, ring.data) == (None, None, "{}")
    with night.database.read() as session:
        assert session.scalars(select(Event)).all() == []
        for table in ("ring", "notification", "event", "job"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            assert case.id not in str(rows)


def test_only_those_who_would_find_it_are_pushed_to_in_the_words_of_any_other(night, call, hire):
    people = {
        "cleared": hire("op-cleared", cleared=True),
        "other": hire("op-other"),
        "supervisor": hire("chief", "supervisor"),
    }
    for name, staff_id in people.items():
        night.on_call(f"desk {name}", "supervisor" if name == "supervisor" else "operator", staff_id=staff_id)
        listen(night, staff_id)
    call()
    night.pass_by(50)
    with night.database.read() as session:
        query = select(PushSubscription.staff_id).join(
            Notification, Notification.subscription_id == PushSubscription.id
        )
        assert set(session.scalars(query)) == {people["cleared"], people["supervisor"]}
    incident_id = night.desk.report("fire")
    night.pass_by(35)
    sent = {}
    with night.database.read() as session:
        for row in session.scalars(select(Notification)):
            sent.setdefault(row.incident_id, payload(Told(row)))
    silent, ordinary = sent[None], sent[incident_id]
    assert len(silent) == len(ordinary)
    words = [json.loads(item)["notification"] for item in (silent, ordinary)]
    assert words[0]["title"] == words[1]["title"]
    assert words[0]["body"] == words[1]["body"]
    assert words[0]["navigate"] == "/console/"


class Told:
    """A row of the outbox as the sender hands it on."""

    locale = "id"

    def __init__(self, row):
        self.wording, self.data, self.tag, self.receipt = row.wording, row.data, row.tag, row.receipt
        self.incident_id, self.report_id = row.incident_id, row.report_id


def listen(night, staff_id):
    with night.database.write() as session:
        session.add(
            PushSubscription(
                id=new_id(),
                staff_id=staff_id,
                endpoint=f"https://fcm.googleapis.com/fcm/send/{staff_id}",
                p256dh="p",
                auth="a",
                locale="id",
                created_at=now(),
                renewed_at=now(),
            )
        )


@pytest.mark.both_engines
def test_a_worker_that_dies_in_a_step_leaves_it_to_be_made_once(night, call, monkeypatch):
    case = call()
    died = []

    def die(*_, **__):
        died.append(True)
        monkeypatch.undo()
        raise RuntimeError("killed")

    monkeypatch.setattr(silent_cases, "enqueue_rings", die)
    with pytest.raises(RuntimeError):
        fire_cases(night.database, open_means(night.settings))
    assert died
    assert links(night, case.id) == []
    night.settle()
    assert [link["step"] for link in links(night, case.id)] == [1]
    assert len(night.phone.rings) == 4


def test_police_who_are_on_their_way_are_not_rung_again(night, call):
    case = call()
    night.settle()
    with night.database.write() as session:
        session.get_one(CaseAgency, (case.id, "polres")).state = "accepted"
    heard = len(night.heard())
    night.pass_by(200, tick=5)
    assert len(night.heard()) == heard
