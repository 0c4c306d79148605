"""*Ini kejadian yang sama*: asked after the report is sent, answered by one tap, and nothing more told than is fit."""

import uuid

import pytest

from app.incidents.duplicates import merge
from app.incidents.models import Incident
from app.reports.models import Report

pytestmark = pytest.mark.both_engines

HERE = {"lat": 0.1331, "lon": 117.4902, "source": "gps"}
NEAR = HERE | {"lat": 0.1342}


def send(client, kind="fire", location=None, **more):
    body = {"kind": kind, "location": location or HERE} | more
    answer = client.post("/api/v1/reports", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 201
    return answer.json["id"], {"Authorization": f"Bearer {answer.json['track_token']}"}


def nearby(client, received):
    return client.get(f"/api/v1/reports/{received[0]}", headers=received[1]).json["nearby"]


def same(client, received, incident_id):
    return client.post(
        f"/api/v1/reports/{received[0]}/same", json={"incident": incident_id}, headers=received[1]
    )


def test_the_reporter_sees_kind_kelurahan_minutes_and_steps_of_distance_and_no_more(client):
    send(client, description="Api di rumah Pak RT", contact={"phone": "+6281100000"})
    (first,) = nearby(client, send(client, location=NEAR))
    assert set(first) == {"id", "kind", "kelurahan", "minutes", "within_m"}
    assert (first["kind"], first["kelurahan"], first["minutes"], first["within_m"]) == (
        "fire",
        "Api-Api",
        0,
        200,
    )


def test_one_tap_joins_and_keeps_the_own_ladder(client, database):
    first, second = send(client), send(client, location=NEAR)
    (item,) = nearby(client, second)
    assert same(client, second, item["id"]).json == {"incident": item["id"], "joined": True}
    assert same(client, second, item["id"]).json["joined"] is True
    followed = client.get(f"/api/v1/reports/{second[0]}", headers=second[1]).json
    assert [rung["name"] for rung in followed["ladder"]] == ["received", "merged_into"]
    assert followed["nearby"] == []
    with database.read() as session:
        incident = session.get_one(Incident, item["id"])
        assert (incident.reports, incident.unseen) == (2, 1)
        assert session.get_one(Report, first[0]).incident_id == session.get_one(Report, second[0]).incident_id


def test_where_something_could_be_lost_the_room_decides(client, desk, inside):
    send(client, "tree_down")
    second = send(client, "fire", NEAR)
    (first,) = nearby(client, second)
    assert same(client, second, first["id"]).json["joined"] is False
    with desk.database.read() as session:
        mine = session.get_one(Report, second[0]).incident_id
        assert merge.parts(session, first["id"]) == []
    assert "pelapor mengatakan sama" in inside("operator").get(f"/console/kejadian/{mine}").text
    assert nearby(client, second) == []


def test_what_may_harm_somebody_is_never_shown_nor_joined(client):
    for kind in ("medical", "crime", "riot", "public_order", "violence_home", "other"):
        send(client, kind)
    second = send(client, location=NEAR)
    assert nearby(client, second) == []
    assert same(client, second, str(uuid.uuid4())).status_code == 404
    assert nearby(client, send(client, "crime", NEAR)) == []


def test_an_incident_that_holds_a_report_unfit_to_show_is_not_shown(client, desk):
    send(client, "crime")
    with desk.database.read() as session:
        incident_id = session.query(Incident).one().id
    desk.move(incident_id, "set_kind", kind="fire")
    assert nearby(client, send(client, location=NEAR)) == []


def test_far_or_closed_or_without_a_place_nothing_is_asked(client, desk):
    first, _ = send(client)
    assert nearby(client, send(client, location=HERE | {"lat": 0.15})) == []
    assert nearby(client, send(client, location={"source": "none"})) == []
    with desk.database.read() as session:
        incident_id = session.get_one(Report, first).incident_id
    desk.move(incident_id, "open")
    desk.move(incident_id, "close", resolution="resolved")
    assert nearby(client, send(client, location=NEAR)) == []
