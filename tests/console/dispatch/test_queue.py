"""The queue: who may read it, in what order it stands, how a console catches up, what a search finds."""

import re

import pytest

from app.core.clock import now
from app.core.ids import new_id
from app.geo.districts.locate import plus_code, short_plus_code
from app.incidents.models import CallBeacon

pytestmark = pytest.mark.both_engines


def numbers(page):
    return re.findall(r'class="number">(B-\d+)', page)


def head(page):
    return int(re.search(r'data-seq="(\d+)"', page)[1])


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("operator", "/console/antrean"),
        ("supervisor", "/console/antrean"),
        ("auditor", "/console/antrean"),
        ("agency", "/console/tugas"),
        ("administrator", "/console/staf"),
    ],
)
@pytest.mark.engine("sqlite")
def test_everybody_is_led_to_where_their_work_begins(inside, role, place):
    first = inside(role, "damkar" if role == "agency" else None)
    assert first.get("/console/").location == place
    assert first.get(place).status_code == 200


def test_the_queue_orders_itself_by_priority_then_waiting(desk, inside):
    for kind in ("tree_down", "flood", "fire", "medical"):
        desk.report(kind)
    page = inside("operator").get("/console/antrean").text
    assert numbers(page) == ["B-0003", "B-0004", "B-0002", "B-0001"]
    assert "Merah" in page
    assert "Belum dibuka" in page


def test_a_late_row_says_so_in_words(desk, inside):
    from datetime import timedelta

    from app.core.clock import as_if

    with as_if(now() - timedelta(minutes=5)):
        desk.report("fire")
    assert "Terlambat dibuka" in inside("operator").get("/console/antrean").text


def test_an_empty_queue_says_so(inside):
    assert "Tidak ada kejadian terbuka." in inside("operator").get("/console/antrean").text


def test_the_queue_speaks_english_when_asked(desk, inside):
    desk.report("fire")
    page = inside("operator").get("/console/antrean?lang=en").text
    assert "Not opened" in page
    assert '<html lang="en">' in page


def test_a_console_catches_up_by_number_and_misses_nothing(desk, inside):
    item = inside("operator")
    first = desk.report("fire")
    seq = head(item.get("/console/antrean").text)
    nothing = item.get(f"/console/api/changes?after={seq}").json
    assert (nothing["seq"], nothing["incidents"]) == (seq, [])
    desk.move(first, "open")
    second = desk.report("flood")
    news = item.get(f"/console/api/changes?after={seq}").json
    assert news["incidents"] == [first, second]
    assert {row["id"] for row in news["rows"]} == {first, second}
    assert news["seq"] == seq + 2
    assert news["counts"] == {"open": 2, "waiting": 1, "red": 0}
    assert "Dibuka operator" in next(row["html"] for row in news["rows"] if row["id"] == first)


def test_a_row_that_was_closed_is_told_as_gone(desk, inside):
    first = inside("operator")
    incident_id = desk.report("fire")
    desk.move(incident_id, "open")
    seq = head(first.get("/console/antrean").text)
    desk.move(incident_id, "close", resolution="prank")
    news = first.get(f"/console/api/changes?after={seq}").json
    assert [(row["id"], row["open"], row["html"]) for row in news["rows"]] == [(incident_id, False, "")]


def test_a_console_that_is_too_far_behind_loads_anew(desk, inside, monkeypatch):
    monkeypatch.setattr("app.incidents.queue.changes.MOST", 3)
    first = inside("operator")
    for _ in range(5):
        desk.report("fire")
    assert first.get("/console/api/changes?after=0").json["reset"] is True


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 19, "1.5"])
@pytest.mark.engine("sqlite")
def test_a_number_that_is_none_is_a_problem(inside, after):
    answer = inside("operator").get(f"/console/api/changes?after={after}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_the_ticket_names_the_stream_and_its_scope(app, inside):
    from app.core.stream_ticket import check_ticket

    for role, agency, scope in (("operator", None, "operator"), ("agency", "damkar", "agency:damkar")):
        first = inside(role, agency)
        answer = first.post("/console/api/ticket").json
        assert answer["live_url"].endswith(":8113/live")
        ticket = check_ticket(app.secrets, answer["ticket"])
        assert (ticket.scope, ticket.staff_id) == (scope, first.staff_id)


@pytest.mark.parametrize(
    ("requests", "found"),
    [
        ("1", ["B-0001"]),
        ("B-0002", ["B-0002"]),
        ("b 2", ["B-0002"]),
        ("lok tuan", ["B-0002"]),
        (short_plus_code(plus_code(0.1331, 117.4902)), ["B-0001"]),
        ("dapur", ["B-0001"]),
        ("RUMAH dapur", ["B-0001"]),
        ("warung biru", ["B-0002"]),
        ("banjir", ["B-0002"]),
        ("100%", []),
        ("tidak ada", []),
    ],
)
def test_a_search_finds_by_number_place_and_words(desk, inside, requests, found):
    desk.report("fire", lat=0.1331, lon=117.4902, source="gps", description="Api di dapur rumah")
    desk.report("flood", kelurahan="64.74.01.1003", source="kelurahan", landmark="Warung Biru")
    page = inside("operator").get("/console/antrean", query_string={"cari": requests}).text
    assert numbers(page) == found


def test_taps_on_112_stand_beside_the_queue(desk, inside):
    with desk.database.write() as session:
        session.add(CallBeacon(id=new_id(), lat=0.13, lon=117.49, kelurahan="64.74.01.1006", at=now()))
    page = inside("operator").get("/console/antrean").text
    assert "sekitar Api-Api" in page


def test_history_shows_what_was_closed_and_how(desk, inside):
    incident_id = desk.report("fire")
    desk.move(incident_id, "open")
    desk.move(incident_id, "close", resolution="ghost")
    page = inside("auditor").get("/console/riwayat").text
    assert "Panggilan senyap" in page
    assert "B-0001" in page


@pytest.mark.engine("sqlite")
def test_a_long_queue_is_paged_without_a_gap(desk, inside, monkeypatch):
    monkeypatch.setattr("app.console.dispatch.queue.SIZE", 3)
    for _ in range(7):
        desk.report("fire")
    first, seen, path = inside("operator"), [], "/console/antrean"
    while path:
        page = first.get(path).text
        seen += numbers(page)
        more = re.search(r'class="button quiet" href="(/console/antrean\?sesudah=[\w-]+)"', page)
        path = more and more[1]
    assert seen == [f"B-{n:04d}" for n in range(1, 8)]
