"""The second step: codes from a phone, each good once; set up at the first sign-in."""

from datetime import timedelta

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update

from app.accounts import totp
from app.accounts.models import Staff
from app.accounts.staff import reset_totp


@pytest.fixture
def equipped(hire, browser, clock):
    """A browser that has just set up codes, and the generator."""
    hire("operator1")
    first = browser()
    first.sign_in("operator1")
    generator = first.set_up_code()
    return first, generator


def code(generator, clock, steps=0):
    return generator.at(clock.at + timedelta(seconds=30 * steps))


def test_at_first_sign_in_one_sets_up_codes_and_is_inside(equipped):
    first, _ = equipped
    assert first.get("/console/akun").status_code == 200


def test_the_next_sign_in_asks_for_a_code_and_takes_it_once(equipped, browser, clock):
    _, generator = equipped
    clock.forward(seconds=60)
    now = code(generator, clock)
    for expected in (303, 401):
        first = browser("203.0.113.5")
        first.sign_in("operator1")
        assert first.get("/console/langkah-dua").status_code == 200
        assert first.post("/console/langkah-dua", {"code": f" {now[:3]} {now[3:]}"}).status_code == expected
    assert first.get("/console/akun").status_code == 303


def test_the_code_that_set_it_up_is_used_up_as_well(equipped, browser, clock):
    _, generator = equipped
    first = browser()
    first.sign_in("operator1")
    assert first.post("/console/langkah-dua", {"code": code(generator, clock)}).status_code == 401


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 303), (0, 303), (1, 303), (2, 401)])
def test_a_clock_may_be_wrong_by_one_step(equipped, browser, clock, steps, status):
    _, generator = equipped
    clock.forward(minutes=10)
    first = browser()
    first.sign_in("operator1")
    assert first.post("/console/langkah-dua", {"code": code(generator, clock, steps)}).status_code == status


def test_an_older_code_is_refused_after_a_newer_one(equipped, browser, clock):
    _, generator = equipped
    clock.forward(minutes=10)
    for steps, status in ((1, 303), (0, 401)):
        first = browser()
        first.sign_in("operator1")
        assert (
            first.post("/console/langkah-dua", {"code": code(generator, clock, steps)}).status_code == status
        )


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "٠١٢٣٤٥", "0" * 4_000, "\0" * 6, "123456;"])
def test_anything_else_is_a_wrong_code(equipped, browser, typed):
    first = browser()
    first.sign_in("operator1")
    answer = first.post("/console/langkah-dua", {"code": typed})
    assert answer.status_code == 401
    assert "Kode salah" in answer.text


def test_the_password_alone_opens_nothing_and_replaces_no_code(equipped, browser):
    first = browser()
    first.sign_in("operator1")
    assert first.get("/console/akun").status_code == 303
    assert first.get("/console/pasang-kode").status_code == 403
    assert first.post("/console/pasang-kode", {"code": "123456"}).status_code == 403
    assert first.post("/console/nanti-saja").status_code == 403
    assert first.post("/console/akun/sandi", {"password": "x"}).status_code == 303
    assert first.post("/console/api/passkey/new/options", json={}).status_code == 403


def test_the_token_of_the_half_session_is_worth_nothing_afterwards(hire, browser):
    """Whoever planted or read a cookie before the second step holds a dead one after it (fixation)."""
    hire("operator1")
    first, other = browser(), browser()
    first.sign_in("operator1")
    half = first.cookie()
    first.set_up_code()
    assert first.cookie() != half
    other.client.set_cookie("siaga", half)
    assert other.get("/console/langkah-dua").location.startswith("/console/masuk")


def test_a_cookie_of_ones_own_making_is_never_taken_over(hire, browser):
    hire("operator1")
    first = browser()
    first.client.set_cookie("siaga", "planted-by-somebody")
    first.sign_in("operator1")
    assert first.cookie() != "planted-by-somebody"


def test_later_is_offered_on_loopback_alone(hire, browser):
    hire("operator1")
    near, far = browser(), browser("203.0.113.7")
    for item, offered in ((near, True), (far, False)):
        item.sign_in("operator1")
        assert ("/console/nanti-saja" in item.get("/console/pasang-kode").text) is offered
        assert item.post("/console/nanti-saja").status_code == (303 if offered else 403)
        assert item.get("/console/akun").status_code == (200 if offered else 303)


def test_later_is_not_offered_behind_a_proxy_that_nobody_told_us_of(hire, browser):
    hire("operator1")
    first = browser()
    first.sign_in("operator1")
    answer = first.post("/console/nanti-saja", headers={"X-Forwarded-For": "203.0.113.7"})
    assert answer.status_code == 403
    assert first.post("/console/nanti-saja", headers={"Host": "112.example"}).status_code == 403


def test_the_secret_is_not_readable_in_the_database(equipped, database, secrets):
    _, generator = equipped
    with database.read() as session:
        row = session.scalars(select(Staff)).one()
    assert generator.secret not in row.totp_secret
    assert totp.opened(secrets, row.id, row.totp_secret) == generator.secret
    with pytest.raises(InvalidTag):
        totp.opened(secrets, "somebody-else", row.totp_secret)


def test_an_administrator_resets_what_was_lost(equipped, browser, database):
    first, _ = equipped
    with database.write() as session:
        reset_totp(session, "operator1")
    assert first.get("/console/akun").location.startswith("/console/masuk")
    again = browser()
    again.sign_in("operator1")
    assert isinstance(again.set_up_code(), pyotp.TOTP)
    assert again.get("/console/akun").status_code == 200


def test_a_session_with_a_code_waiting_is_not_let_in_by_a_put_off(equipped, browser, database):
    """Putting off counts only while there is nothing to ask for."""
    first = browser()
    first.sign_in("operator1")
    from app.accounts.models import StaffSession
    from app.core.clock import now

    with database.write() as session:
        session.execute(update(StaffSession).values(put_off_at=now()))
    assert first.get("/console/akun").status_code == 303


def test_replacing_codes_inside_asks_for_the_password(equipped, clock):
    from tests.support.staff import PASSWORD

    first, old = equipped
    clock.forward(minutes=2)
    page = first.get("/console/pasang-kode").text
    letters = page.split('class="secret">')[1].split("<")[0].replace(" ", "")
    fresh = pyotp.TOTP(letters)
    assert fresh.secret != old.secret
    wrong = {"password": "not the password", "code": fresh.at(clock.at)}
    assert first.post("/console/pasang-kode", wrong).status_code == 422
    right = {"password": PASSWORD, "code": fresh.at(clock.at)}
    assert first.post("/console/pasang-kode", right).status_code == 303
