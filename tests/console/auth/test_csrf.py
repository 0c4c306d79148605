"""Requests that another site makes in somebody's name change nothing."""

import pytest

from tests.support.staff import PASSWORD

OURS = "http://localhost"


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": OURS}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "http://localhost:81"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://[broken"}, False),
        ({}, True),
    ],
)
def test_where_a_request_comes_from_must_be_our_own_page(inside, app, headers, passes):
    first = inside("operator")
    answer = first.client.post(
        "/console/akun/bahasa", headers={"X-CSRF-Token": first.token, **headers}, data={"lang": "en"}
    )
    assert answer.status_code == (303 if passes else 403)


def test_a_token_is_needed_even_from_our_own_page(inside, browser):
    first = inside("operator")
    stranger = browser()
    stranger.get("/console/masuk")
    for wrong in ("", "x", "0" * 64, stranger.token, inside("operator").token, "é"):
        assert (
            first.post(
                "/console/akun/bahasa", {"lang": "en"}, token=wrong.encode().decode("latin-1")
            ).status_code
            == 403
        )
    assert first.post("/console/akun/bahasa", {"lang": "en"}).status_code == 303


def test_the_token_may_stand_in_the_form(inside):
    first = inside("operator")
    fields = {"lang": "en", "csrf": first.token}
    assert first.post("/console/akun/bahasa", fields, token="").status_code == 303


def test_nobody_can_be_signed_in_by_another_page_either(hire, browser):
    hire("operator1")
    victim, attacker = browser(), browser()
    attacker.get("/console/masuk")
    fields = {"name": "operator1", "password": PASSWORD}
    assert victim.post("/console/masuk", fields, token=attacker.token).status_code == 403
    victim.get("/console/masuk")
    assert victim.post("/console/masuk", fields, token=attacker.token).status_code == 403
    assert victim.post("/console/masuk", fields).status_code == 303


def test_a_session_that_ended_is_told_apart_from_a_forgery(inside, clock):
    """A console that slept all night learns that it must sign in, not that it was attacked."""
    first = inside("operator")
    clock.forward(hours=13)
    answer = first.post("/console/api/passkey/options", json={})
    assert answer.status_code == 401
    assert answer.json["reason"] == "signed_out"


def test_a_form_beyond_64_kib_is_refused(inside):
    first = inside("operator")
    answer = first.post("/console/akun/bahasa", {"lang": "e" * 70_000}, token="")
    assert answer.status_code == 413


def test_get_and_head_need_no_token_and_change_nothing(inside):
    first = inside("operator")
    for path in ("/console/keluar", "/console/akun/keluar-semua", "/console/nanti-saja"):
        assert first.client.get(path).status_code == 405
    assert first.get("/console/akun").status_code == 200
