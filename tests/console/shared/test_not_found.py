"""An address below /console that leads nowhere: staff stay in the console, strangers learn nothing of it."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from app.core.ids import new_id

HTML = {"Accept": "text/html"}
NOWHERE = "/console/tidak-ada"
PEOPLE = (
    ("operator", None, "Kembali ke antrean"),
    ("supervisor", None, "Kembali ke antrean"),
    ("auditor", None, "Kembali ke antrean"),
    ("administrator", None, "Kembali ke konsol"),
    ("agency", "damkar", "Kembali ke konsol"),
)


@pytest.mark.parametrize(("role", "agency", "back"), PEOPLE)
def test_staff_get_the_consoles_404_with_a_way_back(inside, role, agency, back):
    first = inside(role, agency, name="Sari")
    answer = first.get(NOWHERE, headers=HTML)
    assert answer.status_code == 404
    assert '<body class="console desk">' in answer.text
    assert re.search(rf'<a class="button" href="/console">\s*{back}\s*</a>', answer.text)
    assert "Sari" in answer.text
    assert "tel:112" not in answer.text
    assert "Not found" in first.get(f"{NOWHERE}?lang=en", headers=HTML).text


def test_it_is_sealed_like_every_page_of_the_console(inside):
    first = inside("operator")
    known, answer = first.get("/console/antrean").headers, first.get(NOWHERE, headers=HTML).headers
    for name in ("Content-Security-Policy", "Cache-Control", "X-Content-Type-Options", "Referrer-Policy"):
        assert answer[name] == known[name], name


def test_a_row_that_never_was_and_an_address_that_never_was_look_the_same(inside):
    first = inside("operator")
    missing, never = f"/console/kejadian/{new_id()}", NOWHERE
    received = [first.get(path, headers=HTML).text.replace(path, "PATH") for path in (missing, never)]
    assert received[0] == received[1]


def test_strangers_and_those_half_inside_get_what_every_wrong_address_gets(client, browser, hire):
    hire("half")
    half = browser()
    half.sign_in("half")
    wrong = client.get("/tidak-ada", headers=HTML)
    for item in (client, half.client):
        answer = item.get(NOWHERE, headers=HTML)
        assert (answer.status_code, answer.data) == (404, wrong.data)
    assert "tel:112" in wrong.text


def test_scripts_get_a_problem_as_before(inside):
    first = inside("operator")
    for path, headers in (("/console/api/tidak-ada", {}), (NOWHERE, {"Accept": "application/json"})):
        answer = first.get(path, headers=headers)
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"


def test_it_is_told_while_the_database_is_away(inside, monkeypatch):
    first = inside("operator")

    def away(*_):
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr("app.accounts.sessions.find", away)
    answer = first.get(NOWHERE, headers=HTML)
    assert answer.status_code == 404
    assert "tel:112" in answer.text
