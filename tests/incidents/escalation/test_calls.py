"""Rings really go out: over HTTP to a gateway, by SMTP to a mail server; each answer is kept, nothing is sent twice."""

import threading
from dataclasses import replace

import pytest

from app.incidents.escalation.needed_rings import ring_is_needed
from app.incidents.escalation.run_step import fire
from app.incidents.escalation.set_timers import arm
from app.notifications.gateway.claims import GIVE_UP_AFTER, LEASE, claim
from app.notifications.gateway.providers import Answer, Gateway, Mail, Parcel, carriers, open_means
from app.notifications.gateway.sender import Ringer
from config import Settings, SettingsError

PARCEL = Parcel("key-1", "sms", "+62811", "Siaga 112: B-0001", "Kejadian B-0001 belum dibuka.")


def wake_supervisor(night):
    """Let the supervisor be on call and the second step be due; return the incident."""
    night.on_call("Sari", "supervisor")
    incident_id = night.desk.report("fire")
    night.pass_by(15)
    night.clock.forward(seconds=15)
    while arm(night.database) | fire(night.database, open_means(night.settings)):
        pass
    return incident_id


def kept(night):
    (ring,) = night.rings()
    return ring.state, ring.answer, ring.attempts


def test_the_gateway_s_answer_is_kept(night):
    wake_supervisor(night)
    night.ring()
    assert kept(night) == ("taken", "202", 1)
    assert night.rings()[0].reference == f"g-{night.rings()[0].id[-6:]}"


@pytest.mark.both_engines
def test_a_busy_gateway_is_asked_again_and_the_phone_rings_once(night):
    wake_supervisor(night)
    night.phone.answers += [(503, {}), (429, {"Retry-After": "7"})]
    night.ring()
    assert kept(night) == ("waiting", "503", 1)
    night.clock.forward(seconds=3)
    night.ring()
    assert kept(night) == ("waiting", "429", 2)
    night.clock.forward(seconds=6)
    night.ring()
    assert kept(night)[2] == 2
    night.clock.forward(seconds=2)
    night.ring()
    assert kept(night) == ("taken", "202", 3)
    assert len(night.phone.rings) == 1


def test_a_refusal_is_told_to_the_room(night):
    incident_id = wake_supervisor(night)
    night.phone.answers.append((422, {}))
    night.ring()
    assert kept(night) == ("failed", "422", 1)
    (received,) = night.events("ring_failed")
    assert (received["means"], received["answer"]) == ("sms", "422")
    assert night.desk.events(incident_id)[-1].name == "ring_failed"


def test_a_redirect_is_not_followed(night):
    wake_supervisor(night)
    night.phone.answers.append((307, {"Location": night.phone.url}))
    night.ring()
    assert kept(night) == ("failed", "307", 1)
    assert len(night.phone.requests) == 1


def test_a_gateway_that_is_away_is_waited_for_and_given_up_visibly(night):
    wake_supervisor(night)
    night.phone.stop()
    night.ring()
    assert kept(night) == ("waiting", "no_connection", 1)
    night.clock.forward(seconds=GIVE_UP_AFTER.total_seconds() + 1)
    night.ring()
    assert kept(night) == ("failed", "no_connection", 1)


@pytest.mark.both_engines
def test_nobody_is_rung_for_what_was_opened_meanwhile(night):
    incident_id = wake_supervisor(night)
    night.desk.move(incident_id, "open")
    night.ring()
    assert kept(night) == ("withdrawn", "withdrawn", 0)
    assert night.phone.requests == []


@pytest.mark.both_engines
def test_a_worker_that_dies_with_a_ring_in_hand_rings_nobody_twice(night):
    wake_supervisor(night)
    (taken,) = claim(night.database, 8, ring_is_needed)
    assert carriers(night.settings)["sms"].carry(taken.parcel).state == "taken"
    night.ring()  # the lease holds: another worker leaves it alone
    assert len(night.phone.requests) == 1
    night.clock.forward(seconds=LEASE.total_seconds() + 1)
    night.ring()
    assert kept(night) == ("taken", "409", 2)
    assert len(night.phone.rings) == 1


@pytest.mark.both_engines
def test_no_connection_is_held_while_a_provider_thinks(night):
    wake_supervisor(night)
    night.phone.hold.clear()
    ringer = Ringer(night.database, carriers(night.settings), ring_is_needed)
    ringer.step()
    assert night.database.engine.pool.checkedout() == 0
    with night.database.write():
        pass  # the only writer's lock of SQLite is free too
    night.phone.hold.set()
    ringer.close()
    assert kept(night) == ("taken", "202", 1)


@pytest.mark.both_engines
def test_a_slow_ring_holds_up_no_other(night):
    night.on_call("Sari", "supervisor")
    night.on_call("Ida", "supervisor")
    wake_supervisor(night)
    ringer, carrier = Ringer(night.database, carriers(night.settings), ring_is_needed), night.phone
    carrier.hold.clear()
    ringer.step()
    assert len(ringer._in_flight) == 3
    threading.Timer(0.3, carrier.hold.set).start()
    ringer.close()
    assert {ring.state for ring in night.rings()} == {"taken"}


def test_an_e_mail_goes_out_by_smtp(night, post_office):
    night.settings = replace(night.settings, gateway_url="")
    with night.database.write() as session:
        from app.incidents.escalation.models import EscalationPolicyStep

        session.get_one(EscalationPolicyStep, ("unopened", 2)).means = "email"
    night.on_call("Sari", "supervisor", email="sari@example.org")
    night.desk.report("fire")
    night.pass_by(31)
    ((to, letter),) = post_office.letters
    assert to == "sari@example.org"
    assert "Subject: Siaga 112: buka konsol" in letter
    assert "belum dibuka" in letter
    assert kept(night) == ("taken", "250", 1)


@pytest.mark.parametrize(
    ("shown", "state"), [("450 later", "again"), ("550 nobody", "failed"), ("250 fine", "taken")]
)
def test_what_a_mail_server_says_is_understood(post_office, shown, state):
    post_office.refuse.append(shown)
    answer = Mail(post_office.url, "siaga@example.org").carry(replace(PARCEL, address="a@example.org"))
    assert answer == Answer(state, shown[:3])


def test_a_password_is_never_sent_in_the_clear(post_office):
    address = post_office.url.replace("smtp://", "smtp://siaga:secret@")
    answer = Mail(address, "siaga@example.org").carry(replace(PARCEL, address="a@example.org"))
    assert answer == Answer("failed", "no_tls")
    assert post_office.letters == []


def test_a_line_break_in_an_address_writes_no_header(post_office):
    parcel = replace(PARCEL, address="a@example.org\r\nBcc: b@example.org")
    assert Mail(post_office.url, "siaga@example.org").carry(parcel) == Answer("failed", "address")
    assert post_office.letters == []


def test_a_gateway_that_talks_nonsense_is_no_crash(telephone):
    assert Gateway("http://127.0.0.1:9/x", "t").carry(PARCEL).state == "again"
    telephone.answers.append((200, {}))
    answer = Gateway(telephone.url, "wrong token").carry(PARCEL)
    assert answer.state == "taken"
    assert telephone.faults == ["key-1"]
    telephone.faults.clear()


def test_means_that_are_not_set_up_are_left_out(night):
    night.settings = replace(night.settings, gateway_url="", smtp_url="")
    night.on_call("Sari", "supervisor")
    incident_id = night.desk.report("fire")
    night.pass_by(31)
    assert night.rings() == []
    assert night.steps(incident_id)[1] == ("unopened", "supervisor", "nobody")


def test_settings_that_cannot_be_are_told_and_secrets_are_not():
    with pytest.raises(SettingsError) as received:
        Settings.from_mapping(
            {"SIAGA_GATEWAY_URL": "ftp://x", "SIAGA_SMTP_URL": "imap://x", "SIAGA_GATEWAY_MEANS": "fax"}
        )
    assert len(received.value.faults) == 3
    assert "hush" not in repr(Settings(gateway_token="hush", smtp_url="smtp://a:hush@b"))
