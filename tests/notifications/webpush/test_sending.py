"""Every step reaches the reporter's phone: really encrypted, over TLS, once, with words fit for a lock screen."""

import json
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import text

from app.core.clock import now
from app.incidents.lifecycle import commands
from app.notifications.webpush.retry import GIVE_UP_AFTER

pytestmark = pytest.mark.both_engines


def test_a_step_arrives_on_the_phone(town):
    phone = town.phone()
    town.open(phone, town.staff())
    town.send()
    (shown,) = town.pushes.messages(phone.mailbox)
    assert shown["web_push"] == 8030
    assert shown["notification"]["title"] == f"Laporan {phone.report['number']}"
    assert shown["notification"]["body"] == "Operator sedang membaca laporan Anda."
    assert shown["notification"]["navigate"] == phone.report["track_url"]
    assert [(row.state, row.answer, row.attempts) for row in town.outbox()] == [("sent", "201", 1)]


def test_how_it_travels_is_what_the_standards_ask(town):
    phone = town.phone()
    town.open(phone, town.staff())
    town.send()
    assert not town.pushes.faults
    headers = town.pushes.taken[0].headers
    assert (headers["ttl"], headers["urgency"], len(headers["topic"])) == ("3600", "high", 32)


def test_several_steps_of_one_report_carry_one_tag_and_topic(town):
    phone, operator = town.phone(), town.staff()
    town.open(phone, operator)
    town.send()
    town.forward(phone, operator, "damkar", "psc119")
    town.send()
    first, second = town.pushes.messages(phone.mailbox)
    assert second["notification"]["body"] == "Diteruskan ke Damkar, PSC 119."
    assert first["notification"]["tag"] == second["notification"]["tag"]
    assert len({push.headers["topic"] for push in town.pushes.taken}) == 1


def test_of_two_steps_that_wait_only_the_newer_is_sent(town):
    phone, operator = town.phone(), town.staff()
    town.open(phone, operator)
    town.forward(phone, operator)
    town.send()
    assert [shown["notification"]["body"] for shown in town.pushes.messages(phone.mailbox)] == [
        "Diteruskan ke Damkar."
    ]
    assert town.states() == ["superseded", "sent"]


def test_another_lead_is_told_to_the_phone_and_to_the_agency_that_leads(town):
    phone, operator = town.phone(), town.staff()
    crews = {code: town.subscribe(town.staff("agency", code)) for code in ("damkar", "polres")}
    town.open(phone, operator)
    town.forward(phone, operator, *crews)
    town.send()
    with town.database.write() as session:
        commands.lead(session, operator, phone.incident_id, version=3, agency="polres")
    town.send()
    shown = {name: town.pushes.messages(box) for name, box in {"phone": phone.mailbox, **crews}.items()}
    bodies = {name: [item["notification"]["body"] for item in received] for name, received in shown.items()}
    assert bodies["phone"][-1] == "Polres sekarang memimpin penanganan."
    assert bodies["polres"][-1] == "Instansi Anda sekarang memimpin."
    assert len(bodies["damkar"]) == 1


def test_nothing_is_sent_twice(town):
    phone = town.phone()
    town.open(phone, town.staff())
    for _ in range(3):
        town.send()
    assert len(town.pushes.requests) == 1


def test_two_workers_share_the_work(town):
    phones, operator = [town.phone() for _ in range(12)], town.staff()
    for phone in phones:
        town.open(phone, operator)
    first, other = town.sender(), town.sender()
    while first.step() | other.step():
        pass
    assert sorted(push.token for push in town.pushes.taken) == sorted(phone.mailbox.token for phone in phones)


def test_agencies_hear_of_their_task(town):
    phone, operator = town.phone(), town.staff()
    firefighter = town.staff("agency", "damkar")
    mailbox = town.subscribe(firefighter)
    town.open(phone, operator)
    town.forward(phone, operator, "damkar")
    town.send()
    (shown,) = town.pushes.messages(mailbox)
    assert shown["notification"]["title"] == "Tugas baru"
    assert shown["notification"]["navigate"] == f"/console/kejadian/{phone.incident_id}"


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_forgotten(town, status):
    phone, operator = town.phone(), town.staff()
    town.open(phone, operator)
    town.pushes.answers.append((status, {}))
    town.send()
    town.forward(phone, operator)
    town.send()
    assert [(row.state, row.answer) for row in town.outbox()] == [("gone", str(status))]
    assert len(town.pushes.requests) == 1


def test_a_phone_that_subscribes_again_is_reached_again(town):
    phone, operator = town.phone(), town.staff()
    town.open(phone, operator)
    town.pushes.answers.append((410, {}))
    town.send()
    answer = town.client.put(
        "/api/v1/push-subscriptions", json=phone.mailbox.as_json(), headers={"Siaga-Device": phone.device}
    )
    assert answer.status_code == 204
    town.forward(phone, operator)
    town.send()
    assert town.states() == ["gone", "sent"]


def test_a_busy_service_is_waited_for_as_it_says(town):
    phone = town.phone()
    town.open(phone, town.staff())
    town.pushes.answers.append((429, {"Retry-After": "120"}))
    town.send()
    (row,) = town.outbox()
    assert (row.state, row.answer) == ("waiting", "429")
    assert timedelta(seconds=110) < row.next_at - now() < timedelta(seconds=140)
    town.make_due()
    town.send()
    assert town.states() == ["sent"]


def test_a_date_in_retry_after_is_read_too(town):
    phone = town.phone()
    town.open(phone, town.staff())
    town.pushes.answers.append(
        (503, {"Retry-After": format_datetime(now() + timedelta(seconds=300), usegmt=True)})
    )
    town.send()
    assert timedelta(seconds=280) < town.outbox()[0].next_at - now() < timedelta(seconds=335)


def test_a_service_in_trouble_is_tried_again_with_growing_pauses(town, clock):
    phone = town.phone()
    town.open(phone, town.staff())
    sender, pauses = town.sender(), []
    for status in (500, 502, 503, 504):
        town.pushes.answers.append((status, {}))
        town.send(sender)
        pauses.append((town.outbox()[0].next_at - clock.at).total_seconds())
        clock.forward(seconds=pauses[-1])
    assert all(low <= pause <= 2 * low for low, pause in zip((1, 2, 4, 8), pauses, strict=True)), pauses
    town.send(sender)
    assert [(row.state, row.attempts) for row in town.outbox()] == [("sent", 5)]


def test_a_redirect_is_not_followed(town):
    phone = town.phone()
    town.open(phone, town.staff())
    town.pushes.answers.append((307, {"Location": f"{town.pushes.origin}/push/inside"}))
    town.send()
    assert len(town.pushes.requests) == 1
    assert [(row.state, row.answer) for row in town.outbox()] == [("failed", "307")]


def test_after_a_day_it_is_given_up_where_the_room_sees_it(town):
    phone = town.phone()
    town.open(phone, town.staff())
    town.pushes.answers.append((503, {}))
    town.send()
    town.set_times("created_at = :at, next_at = :at", now() - GIVE_UP_AFTER)
    town.send()
    assert [(row.state, row.answer) for row in town.outbox()] == [("failed", "503")]
    assert len(town.pushes.requests) == 1
    with town.database.read() as session:
        event = session.execute(text("SELECT * FROM event WHERE name = 'push_failed'")).one()
    assert str(event.incident_id) == phone.incident_id
    assert json.loads(event.data)["answer"] == "503"


def test_a_service_whose_certificate_nobody_vouches_for_gets_nothing(town, tmp_path):
    phone = town.phone()
    town.open(phone, town.staff())
    town.settings = replace(town.settings, push_authorities=None)
    town.send()
    assert town.pushes.requests == []
    assert [(row.state, row.answer) for row in town.outbox()] == [("waiting", "certificate")]


def test_an_address_that_is_no_longer_allowed_gets_nothing(town):
    phone = town.phone()
    town.open(phone, town.staff())
    town.settings = replace(town.settings, push_allow_loopback=False)
    town.send()
    assert town.pushes.requests == []
    assert [(row.state, row.answer) for row in town.outbox()] == [("failed", "address_not_allowed")]


def test_a_listed_name_that_leads_inside_gets_nothing(town):
    """`localhost` stands for any name whose address is inside: the list allows it, the socket does not open."""
    phone = town.phone()
    town.open(phone, town.staff())
    with town.database.write() as session:
        session.execute(text("UPDATE push_subscription SET endpoint = 'https://localhost/push/x'"))
    town.settings = replace(town.settings, push_allow_loopback=False, push_hosts=("localhost",))
    town.send()
    assert [(row.state, row.answer) for row in town.outbox()] == [("waiting", "no_connection")]


def test_a_receipt_is_noted_the_first_time(town):
    phone = town.phone()
    town.open(phone, town.staff())
    town.send()
    receipt = town.pushes.messages(phone.mailbox)[0]["notification"]["data"]["receipt"]
    for what in ("shown", "clicked", "shown"):
        answer = town.client.post("/api/v1/push-receipts", json={"receipt": receipt, "what": what})
        assert answer.status_code == 204
    (row,) = town.outbox()
    assert row.shown_at
    assert row.clicked_at
    unknown = town.client.post("/api/v1/push-receipts", json={"receipt": "x", "what": "shown"})
    assert unknown.status_code == 204
