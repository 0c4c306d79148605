"""The operator on the telephone: calls, positions, SMS and drafts land in the same queue, and nothing typed is lost."""

import json

import pytest
from sqlalchemy import select

from app.console.dispatch import phone_report
from app.core.clock import now
from app.core.ids import new_id
from app.incidents.calls.exchange import PhoneCall
from app.incidents.models import CallBeacon, Incident
from app.public.api.phone_exchange import SIGNATURE, signature
from app.reports.models import Report
from app.silent.models import SilentCase
from app.worker.tasks import Tools, erase_calls
from tests.reports.test_kind_guess_and_sms import sms

SECRET = "shared-with-the-exchange"


@pytest.fixture
def operator(inside):
    return inside("operator")


@pytest.fixture
def exchange(app, client, monkeypatch):
    """Tell of a call as the exchange does."""
    object.__setattr__(app.settings, "exchange_secret", SECRET)

    def send_report(call, event, number=None, *, secret=SECRET, at=None, **more):
        body = json.dumps({"call": call, "event": event, "number": number, **more}).encode()
        signed = signature(secret, body, at=int(at or now().timestamp()))
        return client.post("/api/v1/exchange/calls", data=body, headers={SIGNATURE: signed})

    yield send_report
    object.__setattr__(app.settings, "exchange_secret", "")


def fill(**fields):
    return {"key": new_id(), "class": "normal", "kind": "fire", "words": "api di dapur"} | fields


def only(database, table):
    with database.read() as session:
        (row,) = session.scalars(select(table))
        session.expunge(row)
        return row


def test_a_call_becomes_an_open_incident_at_the_place_of_the_phone(client, database, operator):
    client.post("/api/v1/calls", json={"lat": 0.1331, "lon": 117.4902, "accuracy_m": 12})
    beacon = only(database, CallBeacon)
    page = operator.get("/console/telepon").text
    assert f'value="{beacon.id}"' in page
    assert "Alt 1" in page
    answer = operator.post("/console/telepon", fill(beacon=beacon.id, phone="0811 594 0777", name="Ibu Ani"))
    incident = only(database, Incident)
    assert (answer.status_code, answer.location) == (303, f"/console/kejadian/{incident.id}")
    assert (incident.state, incident.lat, incident.kind, incident.kelurahan is not None) == (
        "opened",
        0.1331,
        "fire",
        True,
    )
    report = only(database, Report)
    assert (report.channel, report.source, report.contact_phone) == ("voice", "gps", "+628115940777")
    assert only(database, CallBeacon).incident_id == incident.id
    assert "Posisi penelepon dikaitkan" in operator.get(answer.location).text


def test_the_same_form_sent_twice_is_one_report(database, operator):
    form = fill()
    first, second = (operator.post("/console/telepon", form) for _ in range(2))
    changed = operator.post("/console/telepon", form | {"words": "api besar"})
    assert first.location == second.location == changed.location
    only(database, Report)


@pytest.mark.parametrize(
    ("sort", "state", "resolution"),
    [
        ("normal", "opened", None),
        ("ghost", "opened", None),
        ("prank", "closed", "prank"),
        ("information", "closed", "information"),
    ],
)
def test_each_class_has_its_way_and_a_ghost_call_stays_open(database, operator, sort, state, resolution):
    operator.post("/console/telepon", fill(**{"class": sort, "kind": "other"}))
    incident = only(database, Incident)
    assert (incident.state, incident.resolution) == (state, resolution)
    assert incident.priority == (2 if sort == "ghost" else 3)


@pytest.mark.parametrize(
    "wrong", [{"class": "x"}, {"kind": "x"}, {"key": "1"}, {"words": "x" * 3000}, {"landmark": "y" * 3000}]
)
def test_what_cannot_be_read_is_told_and_stays_in_the_form(database, operator, wrong):
    answer = operator.post("/console/telepon", fill(landmark="sebelah masjid") | wrong)
    assert answer.status_code == 422
    assert 'id="fault"' in answer.text
    kept = wrong.get("landmark", "sebelah masjid")[:500]
    assert kept in answer.text
    with database.read() as session:
        assert session.scalars(select(Report)).all() == []


def test_what_is_typed_is_kept_and_a_kind_is_suggested(operator, inside):
    form = fill(kind="other", words="ada ular di kamar")
    answer = operator.post("/console/telepon/simpan", form)
    assert answer.json == {"kind": "wildlife", "word": "ular"}
    page = operator.get(f"/console/telepon?lanjut={form['key']}").text
    assert "ada ular di kamar" in page
    assert 'value="other" selected' in page, "a suggestion decides nothing"
    assert "ada ular" not in inside("operator", name="another").get("/console/telepon").text
    inside("operator", name="third").post("/console/telepon/simpan", form | {"words": "bukan punya saya"})
    assert "ada ular" in operator.get("/console/telepon").text
    operator.post("/console/telepon", form)
    assert "ada ular" not in operator.get("/console/telepon").text


def test_violence_at_home_by_telephone_is_a_case_and_no_incident(database, operator):
    answer = operator.post("/console/telepon", fill(kind="violence_home", words="kenari-rahasia"))
    assert answer.location == "/console/telepon?kasus=1"
    assert "dirahasiakan" in operator.get(answer.location).text
    only(database, SilentCase)
    with database.read() as session:
        assert session.scalars(select(Incident)).all() == []
    assert "kenari-rahasia" not in operator.get("/console/antrean").text


def test_the_exchange_tells_in_any_order_and_twice(exchange, database, operator):
    assert exchange("c-1", "answered", "+628111").status_code == 204
    assert exchange("c-1", "ringing", "+628111").status_code == 204
    assert only(database, PhoneCall).state == "answered"
    assert "+628111" in operator.get("/console/telepon/panggilan").text
    exchange("c-1", "ended")
    exchange("c-1", "ended")
    row = only(database, PhoneCall)
    assert (row.state, row.phone) == ("ended", "+628111")
    assert "+628111" not in operator.get("/console/telepon/panggilan").text


def test_a_missed_call_waits_until_somebody_called_back(exchange, database, operator, app, clock):
    exchange("c-2", "ringing", "+628222")
    exchange("c-2", "abandoned")
    page = operator.get("/console/telepon").text
    assert "Panggilan tak terjawab: 1" in page
    line = only(database, PhoneCall)
    assert operator.post(f"/console/telepon/panggilan/{line.id}", {}).status_code == 303
    assert "+628222" not in operator.get("/console/telepon").text
    clock.forward(hours=25)
    erase_calls(Tools(app.settings, app.secrets, database))
    assert only(database, PhoneCall).phone is None


def test_a_call_that_was_taken_down_is_tied_to_its_incident(exchange, database, operator):
    exchange("c-3", "answered", "+628333")
    line = only(database, PhoneCall)
    assert 'value="+628333"' in operator.get(f"/console/telepon?panggilan={line.id}").text
    operator.post("/console/telepon", fill(line=line.id, phone="+628333"))
    assert only(database, PhoneCall).incident_id == only(database, Incident).id


def test_only_the_exchange_may_tell(exchange, client, app):
    assert exchange("c-4", "ringing", secret="another").status_code == 401
    assert exchange("c-4", "ringing", at=now().timestamp() - 301).status_code == 401
    assert client.post("/api/v1/exchange/calls", json={"call": "x", "event": "ringing"}).status_code == 401
    assert exchange("c-4", "shouting").status_code == 422
    object.__setattr__(app.settings, "exchange_secret", "")
    assert exchange("c-4", "ringing").status_code == 401


def test_an_sms_becomes_a_report_once(database, operator):
    text = sms("KEBAKARAN 6PGX4FMR+7M SEBELAH MASJID")
    first, second = (operator.post("/console/telepon/sms", {"text": text}) for _ in range(2))
    assert first.location == second.location
    report = only(database, Report)
    assert (report.channel, report.kind, report.landmark) == ("sms", "fire", "Sebelah Masjid")
    assert only(database, Incident).plus_code == "6PGX4FMR+7M"


def test_an_sms_whose_report_came_by_itself_leads_to_it(client, database, operator):
    key = new_id()
    client.post("/api/v1/reports", json={"kind": "fire"}, headers={"Idempotency-Key": key})
    answer = operator.post("/console/telepon/sms", {"text": sms("KEBAKARAN API-API", key[-6:].upper())})
    assert answer.location == f"/console/kejadian/{only(database, Incident).id}"
    only(database, Report)


def test_an_sms_with_a_wrong_character_is_told_and_kept(operator):
    text = sms("BANJIR API-API").replace("API-API", "APU-API")
    answer = operator.post("/console/telepon/sms", {"text": text})
    assert answer.status_code == 422
    assert text in answer.text


def test_only_the_room_may_take_down_calls(inside):
    for role, agency in (("agency", "damkar"), ("auditor", None), ("administrator", None)):
        assert inside(role, agency).get("/console/telepon").status_code == 403
    assert phone_report.FIELDS[0] == "class"
