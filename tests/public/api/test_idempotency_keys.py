"""Programs of others send what they like as idempotency key: two strangers stay two, a true retry stays one."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import text

from app import create_app

FIRE = {"kind": "fire", "description": "Asap di gudang"}
HOME, AWAY = "203.0.113.9", "198.51.100.4"
NIL, FULL = str(uuid.UUID(int=0)), "f" * 32


def device():
    return {"Siaga-Device": f"{uuid.uuid4()}.{uuid.uuid4().hex}"}


def send(client, key, answer=FIRE, *, address=HOME, **headers):
    return client.post(
        "/api/v1/reports",
        json=answer,
        headers={"Idempotency-Key": key} | headers,
        environ_base={"REMOTE_ADDR": address},
    )


@pytest.mark.parametrize("key", ["1", "retry", NIL, FULL, "\u00e9\u00e9", "x" * 5000])
def test_the_same_word_makes_no_two_strangers_one(client, key):
    first, other = send(client, key), send(client, key, address=AWAY)
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json["id"] != other.json["id"]
    assert first.json["track_token"] != other.json["track_token"]


@pytest.mark.parametrize("key", ["1", NIL])
def test_a_retry_of_the_same_body_from_the_same_place_is_one_report(client, database, key):
    first, again = send(client, key), send(client, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM report")) == 1


def test_a_household_with_many_addresses_has_one_network(client):
    first = send(client, "1", address="2001:db8:7:1::5")
    assert send(client, "1", address="2001:db8:7:1:9:9:9:9").json["id"] == first.json["id"]
    assert send(client, "1", address="2001:db8:7:2::5").json["id"] != first.json["id"]


def test_a_counter_that_begins_again_costs_no_report(client):
    """Without a device nobody knows whose counter it is: other words are another report, never a refusal."""
    assert [send(client, "1", FIRE | {"description": words}).status_code for words in ("a", "b")] == [
        201,
        201,
    ]


@pytest.mark.engine("sqlite")
def test_behind_a_proxy_the_address_is_the_senders(settings):
    app = create_app(replace(settings, trusted_proxies=1))
    client = app.test_client()
    first, again, other = (
        send(client, "1", **{"X-Forwarded-For": sender}).json for sender in (HOME, HOME, AWAY)
    )
    assert first["id"] == again["id"] != other["id"]
    app.database.engine.dispose()


def test_one_device_keeps_its_words_wherever_it_is_and_two_devices_do_not_share_them(client):
    mine, theirs = device(), device()
    first = send(client, "1", **mine)
    assert send(client, "1", address=AWAY, **mine).json["id"] == first.json["id"]
    assert send(client, "1", **theirs).json["id"] != first.json["id"]
    refused = send(client, "1", FIRE | {"description": "lain"}, **mine)
    assert (refused.status_code, refused.json["code"]) == (422, "idempotency_key_reused")


def test_a_uuid_is_its_report_wherever_it_comes_from(client):
    key = str(uuid.uuid4())
    assert send(client, key).json["id"] == send(client, key, address=AWAY).json["id"]


def test_no_address_can_be_worked_out_from_a_stored_key(client, app, database):
    """The key of a word is made with the installation's secret: whoever has the table alone cannot try addresses."""
    from app.http.client_address import household
    from app.public.api.report_intake import draft_report
    from app.public.api.schemas.requests import ReportSent

    send(client, "1")
    with database.read() as session:
        key = str(session.scalar(text("SELECT key FROM report")))
    sent = ReportSent.model_validate(FIRE)
    known = draft_report(
        sent, {"HTTP_IDEMPOTENCY_KEY": "1"}, fingerprint=app.secrets.sign("key-address", household(HOME))
    )
    bare = draft_report(sent, {"HTTP_IDEMPOTENCY_KEY": "1"}, fingerprint=HOME)
    assert (known.key == key, bare.key == key) == (True, False)


def test_the_same_word_as_message_id_in_two_reports_is_two_messages(client):
    kept = []
    for address in (HOME, AWAY):
        report = send(client, "1", address=address).json
        token = {"Authorization": f"Bearer {report['track_token']}"}
        for _ in range(2):
            answer = client.post(
                f"/api/v1/reports/{report['id']}/messages",
                json={"id": "1", "text": "Api besar"},
                headers=token,
            )
            assert answer.status_code == 201
            kept.append(answer.json["id"])
    assert kept[0] == kept[1] != kept[2] == kept[3]
