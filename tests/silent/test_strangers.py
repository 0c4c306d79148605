"""What a stranger may try against somebody who asks for help in silence: hide her, count her, stand in her place."""

import re
from itertools import pairwise

import pytest

from app.core.ids import new_id
from app.silent import case_number

SILENT = {"kind": "violence_home"}


def send(client, **headers):
    return client.post("/api/v1/reports", json=SILENT, headers=headers)


@pytest.mark.engine("sqlite")
def test_two_hundred_false_cases_hide_no_true_one(client, inside):
    for _ in range(200):
        send(client)
    true = send(client).json["id"]
    operator = inside("operator", cleared=True)
    assert true in {row["id"] for row in operator.get("/console/api/kasus").json["rows"]}
    assert f"/console/kasus/{true}" in operator.get("/console/antrean").text


def test_her_ladder_tells_nothing_of_other_cases(client):
    first, _, last = (send(client).json for _ in range(3))
    ladders = [
        client.get(
            f"/api/v1/reports/{answer['id']}", headers={"Authorization": f"Bearer {answer['track_token']}"}
        ).json["ladder"]
        for answer in (first, last)
    ]
    assert [[rung["seq"] for rung in ladder] for ladder in ladders] == [[1], [1]]


@pytest.mark.engine("sqlite")
def test_her_number_counts_no_other_cases_and_no_two_of_a_day_share_one(client):
    """Drawn by lot from above the day's reports: neither next to the last one, nor in their order."""
    client.post("/api/v1/reports", json={"kind": "fire"})
    given = [int(send(client).json["number"].removeprefix("B-")) for _ in range(60)]
    assert len(set(given)) == len(given)
    assert all(1 < number <= 9_999 for number in given)
    assert given != sorted(given)
    steps = [abs(item - other) for item, other in pairwise(given)]
    assert sum(step == 1 for step in steps) < 5


@pytest.mark.engine("sqlite")
def test_a_day_whose_four_digits_are_given_has_numbers_left(client, monkeypatch):
    monkeypatch.setattr(case_number, "LAST", 3)
    given = [send(client).json["number"] for _ in range(8)]
    assert len(set(given)) == len(given)


def test_the_same_word_as_key_makes_no_two_people_one(client):
    first, other = (send(client, **{"Idempotency-Key": "1"}).json for _ in range(2))
    assert first["id"] != other["id"]
    assert first["track_token"] != other["track_token"]


def test_logs_and_figures_name_no_page_that_tells_of_a_case(client, inside, capsys):
    case_id = send(client).json["id"]
    inside("operator", cleared=True).get(f"/console/kasus/{case_id}")
    inside("agency", "uptdppa", cleared=True).get("/console/pendamping")
    client.post("/api/v1/receipts", json={"lookup": "x", "proof": "x"})
    figures = client.get("/metrics")
    shown = capsys.readouterr().err + figures.text
    assert '"event":"request"' in shown
    for word in ("kasus", "pendamping", "/receipts", "violence"):
        assert word not in shown


def answered(client):
    """Return how many answers were counted, by route and status."""
    found = re.findall(
        r'siaga_request_seconds_count\{route="([^"]*)",status="(\d+)"\} (\S+)', client.get("/metrics").text
    )
    return {(route, status): float(count) for route, status, count in found}


def test_neither_figures_nor_log_count_the_answers_to_silent_ones(client, capsys):
    """Answers less the day's reports would be the day's cases, and their lines would tell when."""
    before, _ = answered(client), capsys.readouterr()
    answer = [send(client).json for _ in range(3)]
    mine = {"Authorization": f"Bearer {answer[0]['track_token']}"}
    address = f"/api/v1/reports/{answer[0]['id']}"
    assert client.get(address, headers=mine).status_code == 200
    assert client.post(f"{address}/signals", json={"signal": "safe"}, headers=mine).status_code == 201
    form = {"kind": "violence_home", "key": new_id(), "description": "x"}
    assert client.post("/lapor", data=form).status_code == 200
    client.post("/api/v1/receipts", json={"lookup": "x", "proof": "x"})
    assert capsys.readouterr().err == ""
    client.post("/api/v1/reports", json={"kind": "fire"})
    after = answered(client)
    assert {key: count - before.get(key, 0) for key, count in after.items() if count != before.get(key)} == {
        ("/api/v1/reports", "201"): 1,
        ("/metrics", "200"): 1,
    }
    assert capsys.readouterr().err.count('"event":"request"') == 2
