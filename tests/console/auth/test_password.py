"""The first step: name and password."""

import statistics
import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import Staff, StaffSession
from tests.support.staff import PASSWORD


def test_the_right_password_leads_to_the_second_step(hire, browser):
    hire("operator1")
    first = browser()
    answer = first.sign_in("Operator1 ", next="/console/akun")
    assert answer.status_code == 303
    assert answer.location == "/console/langkah-dua?next=/console/akun"
    assert first.get("/console/akun").location == "/console/langkah-dua?next=/console/akun"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("operator1", "a wrong password"),
        ("nobody-here", PASSWORD),
        ("", ""),
        ("operator1", "x" * 5_000),
        ("a\0b", "c\0d"),
        ("' OR 1=1 --", "x"),
        ("\uff2f\uff30\uff25" * 50, "x"),
        ("\ud83d", "\udfff"),
    ],
)
def test_a_wrong_answer_says_the_same_whatever_was_wrong(hire, browser, name, password):
    hire("operator1")
    first = browser()
    first.get("/console/masuk")
    fields = {"name": name.encode("utf-8", "replace"), "password": password.encode("utf-8", "replace")}
    answer = first.post("/console/masuk", fields)
    assert answer.status_code == 401
    assert "Nama atau kata sandi salah." in answer.text
    assert first.cookie() is None


def test_a_disabled_member_is_told_what_a_stranger_is_told(hire, browser, database):
    hire("operator1")
    with database.write() as session:
        from app.accounts.staff import disable

        disable(session, "operator1")
    answer = browser().sign_in("operator1")
    assert answer.status_code == 401
    assert "Nama atau kata sandi salah." in answer.text


def test_what_was_typed_comes_back_as_text_and_the_password_never(browser):
    first = browser()
    first.get("/console/masuk")
    answer = first.post("/console/masuk", {"name": '"><script>x', "password": "very secret words"})
    assert "<script>x" not in answer.text
    assert "very secret" not in answer.text


@pytest.mark.engine("sqlite")
def test_an_unknown_name_takes_as_long_as_a_known_one(hire, browser):
    """Medians of interleaved tries, each from an address of its own; a name's existence shows in no clock."""
    names = [f"operator{number}" for number in range(12)]
    for name in names:
        hire(name)
    took = {"known": [], "unknown": []}
    for number, name in enumerate(names):
        for kind, requests in (("known", name), ("unknown", f"stranger{number}")):
            first = browser(f"203.0.113.{number + 1}")
            first.get("/console/masuk")
            began = time.perf_counter()
            assert (
                first.post("/console/masuk", {"name": requests, "password": "not this one"}).status_code
                == 401
            )
            took[kind].append(time.perf_counter() - began)
    ratio = statistics.median(took["known"]) / statistics.median(took["unknown"])
    assert 0.6 < ratio < 1.67


def test_a_hash_of_smaller_parameters_is_renewed_on_the_way_in(hire, browser, database):
    staff_id = hire("operator1")
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with database.write() as session:
        session.get_one(Staff, staff_id).password_hash = old
    assert browser().sign_in("operator1").status_code == 303
    with database.read() as session:
        fresh = session.get_one(Staff, staff_id).password_hash
    assert fresh != old
    assert not passwords.is_outdated(fresh)


def test_the_cookie_is_for_this_server_and_no_script_and_the_table_holds_no_token(hire, browser, database):
    hire("operator1")
    first = browser()
    answer = first.sign_in("operator1")
    [cookie] = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("siaga=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert "Expires" not in cookie
    with database.read() as session:
        stored = session.scalars(select(StaffSession.id)).all()
    assert first.cookie() not in stored


def test_one_goes_on_to_where_one_wanted_to_go_and_never_to_another_site(hire, browser):
    hire("operator1")
    for wanted, led in (
        ("/console/akun?x=1", "/console/akun?x=1"),
        ("https://evil.example/console", "/console"),
        ("//evil.example/console", "/console"),
        ("/console\\..\\evil", "/console"),
        ("/consolex", "/console"),
        ("/console/\r\nSet-Cookie: x=y", "/console"),
        ("/console/masuk?next=/console/masuk", "/console"),
        ("javascript:alert(1)", "/console"),
    ):
        first = browser()
        first.get("/console/masuk")
        answer = first.post("/console/masuk", {"name": "operator1", "password": PASSWORD, "next": wanted})
        assert answer.status_code == 303
        assert answer.location.partition("next=")[2].replace("%3F", "?").replace("%3D", "=") == led, wanted
