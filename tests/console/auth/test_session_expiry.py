"""Nobody is signed out in the middle of work: the page says so ten minutes before, and can be kept."""

import re

import pytest

from tests.support.staff import PASSWORD

pytestmark = pytest.mark.engine("sqlite")
WATCH, PAGE = "/console/api/watch", "/console/serah-terima"


def limit_of(first):
    return first.get(WATCH).json["ending"]["limit"]


def test_ten_minutes_before_half_an_hour_of_silence_ends_the_console_says_so(inside, clock):
    first = inside("operator")
    clock.forward(minutes=19, seconds=59)
    assert limit_of(first) == ""
    clock.forward(seconds=1)
    assert limit_of(first) == "idle"
    assert re.search(r"Pukul \d\d\.\d\d WITA Anda dikeluarkan", first.get(WATCH).json["ending"]["words"])


def test_one_press_keeps_the_sign_in(inside, clock):
    first = inside("operator")
    clock.forward(minutes=25)
    assert limit_of(first) == "idle"
    assert first.post("/console/api/tetap").status_code == 200
    assert limit_of(first) == ""
    clock.forward(minutes=29)
    assert first.get("/console/akun").status_code == 200


def test_a_press_from_another_site_keeps_nothing(inside, clock):
    first = inside("operator")
    clock.forward(minutes=25)
    answer = first.post("/console/api/tetap", token="stolen")
    assert answer.status_code == 403


def test_ten_minutes_before_twelve_hours_end_the_console_says_so_without_script_too(inside, clock):
    first = inside("operator")
    for _ in range(35):
        clock.forward(minutes=20)
        assert 'data-limit="absolute"' not in first.get(PAGE).text
    clock.forward(minutes=10)
    page = first.get(PAGE).text
    assert 'data-limit="absolute"' in page
    assert limit_of(first) == "absolute"
    assert first.post("/console/api/tetap").status_code == 200
    assert limit_of(first) == "absolute"


def test_signing_in_again_begins_twelve_new_hours_and_the_open_page_learns_its_new_token(inside, clock):
    first = inside("operator", name="operator1")
    first.get("/console/akun")
    stale = first.token
    form = first.get("/console/masuk?lagi=1").text
    assert 'value="operator1"' in form
    back = {"next": "/console/akun?ok=again"}
    assert first.post("/console/masuk", {"name": "operator1", "password": PASSWORD} | back).status_code == 303
    half = first.get(WATCH, headers={"Accept": "application/json"})
    assert (half.status_code, half.json["reason"]) == (401, "second_step_missing")
    first.get("/console/pasang-kode")
    assert first.post("/console/nanti-saja", back).location.endswith("ok=again")
    assert "Anda sudah masuk lagi" in first.get("/console/akun?ok=again").text
    fresh = first.get(WATCH).json
    assert fresh["who"] == first.staff_id
    assert first.post("/console/api/tetap", token=stale).status_code == 403
    assert first.post("/console/api/tetap", token=fresh["csrf"]).status_code == 200


def test_the_servers_clock_is_on_the_page_and_in_the_answer(inside, clock):
    first = inside("operator")
    moment = int(clock.at.timestamp() * 1000)
    assert f'<meta name="now" content="{moment}">' in first.get(PAGE).text
    assert first.get(WATCH).json["now"] == moment
