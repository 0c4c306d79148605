"""Sessions: how long they last, and everything that ends them."""

import pytest
from sqlalchemy import select

from app.accounts import staff
from app.accounts.models import StaffSession
from tests.support.staff import PASSWORD


def is_inside(first):
    return first.get("/console/akun").status_code == 200


def test_half_an_hour_without_a_sign_of_life_signs_out(inside, clock):
    first = inside("operator")
    clock.forward(minutes=29)
    assert is_inside(first)
    clock.forward(minutes=29)
    assert is_inside(first)
    clock.forward(minutes=31)
    assert not is_inside(first)


def test_after_twelve_hours_one_signs_in_again_however_busy(inside, clock):
    first = inside("operator")
    for _ in range(35):
        clock.forward(minutes=20)
        assert is_inside(first)
    clock.forward(minutes=20)
    assert not is_inside(first)


def test_signs_of_life_cost_one_write_a_minute(inside, clock, database):
    item = inside("operator")

    def seen():
        with database.read() as session:
            return session.scalars(select(StaffSession.seen_at)).one()

    first = seen()
    clock.forward(seconds=59)
    assert is_inside(item)
    assert seen() == first
    clock.forward(seconds=1)
    assert is_inside(item)
    assert seen() == clock.at


def test_signing_out_ends_the_session_for_whoever_kept_its_cookie(inside, browser):
    first, thief = inside("operator"), browser()
    thief.client.set_cookie("siaga", first.cookie())
    answer = first.post("/console/keluar")
    assert answer.status_code == 303
    assert first.cookie() is None
    assert not is_inside(thief)


def test_signing_out_everywhere_ends_every_session_of_this_member_alone(inside, browser):
    first, colleague = inside("operator", name="operator1"), inside("operator", name="operator2")
    second, third = browser(), browser("203.0.113.4")
    for other in (second, third):
        other.sign_in("operator1")
        other.post("/console/nanti-saja")
        other.get("/console/langkah-dua")
    assert is_inside(second)
    first.get("/console/akun")
    assert first.post("/console/akun/keluar-semua").status_code == 303
    assert not any(is_inside(other) for other in (first, second, third))
    assert is_inside(colleague)


def test_one_of_ones_own_sessions_can_be_ended_and_nobody_elses(inside, browser, database):
    first, colleague = inside("operator", name="operator1"), inside("operator", name="operator2")
    other = browser()
    other.sign_in("operator1")
    page = first.get("/console/akun").text
    [mark] = [part.split("/")[0] for part in page.split("/console/akun/sesi/")[1:]]
    assert colleague.post(f"/console/akun/sesi/{mark}/keluar").status_code == 404
    assert other.get("/console/pasang-kode").status_code == 200
    assert first.post(f"/console/akun/sesi/{mark}/keluar").status_code == 303
    assert other.get("/console/pasang-kode").status_code == 303
    assert is_inside(first)


@pytest.mark.parametrize("mark", ["", "x", "%00", "%25", "0" * 16, "é" * 16])
def test_a_made_up_mark_ends_nothing(inside, mark):
    first = inside("operator")
    assert first.post(f"/console/akun/sesi/{mark}/keluar").status_code in {404, 405}
    assert is_inside(first)


@pytest.mark.parametrize(
    "act",
    [
        lambda session: staff.disable(session, "operator1"),
        lambda session: staff.set_password(session, "operator1", "sebuah sandi yang baru"),
        lambda session: staff.reset_totp(session, "operator1"),
    ],
    ids=["disabled", "new password", "second step reset"],
)
def test_what_an_administrator_does_ends_sessions_at_once(inside, database, act):
    first = inside("operator", name="operator1")
    assert is_inside(first)
    with database.write() as session:
        act(session)
    assert not is_inside(first)


def test_a_disabled_member_is_out_even_if_a_session_were_left(inside, database, clock):
    from app.accounts.models import Staff

    first = inside("operator")
    with database.write() as session:
        session.get_one(Staff, first.staff_id).disabled_at = clock.at
    assert not is_inside(first)


@pytest.mark.parametrize("cookie", ["", "x", "0" * 43, "é", "a.b.c", "x" * 3_000, "%00"])
def test_a_made_up_cookie_opens_nothing(browser, cookie):
    first = browser()
    first.client.set_cookie("siaga", cookie)
    assert first.get("/console/akun").location.startswith("/console/masuk")


def test_a_new_password_needs_the_present_one_and_ends_all_other_sessions(inside, browser):
    first = inside("operator", name="operator1")
    other = browser()
    other.sign_in("operator1")
    other.post("/console/nanti-saja")
    first.get("/console/akun")
    fresh = "sebuah sandi yang baru"
    for fields, status in (
        ({"password": "wrong", "new": fresh, "again": fresh}, 422),
        ({"password": PASSWORD, "new": fresh, "again": "another"}, 422),
        ({"password": PASSWORD, "new": "operator1!", "again": "operator1!"}, 422),
        ({"password": PASSWORD, "new": fresh, "again": fresh}, 303),
    ):
        assert first.post("/console/akun/sandi", fields).status_code == status
    assert is_inside(first)
    assert not is_inside(other)
    assert browser().sign_in("operator1").status_code == 401
    assert browser().sign_in("operator1", fresh).status_code == 303


def test_the_language_of_the_account_holds_on_every_machine(inside, browser):
    first = inside("operator", name="operator1")
    assert 'lang="id"' in first.get("/console/akun").text
    assert first.post("/console/akun/bahasa", {"lang": "xx"}).status_code == 422
    assert first.post("/console/akun/bahasa", {"lang": "en"}).status_code == 303
    assert "Sign out everywhere" in first.get("/console/akun").text
    other = browser()
    other.sign_in("operator1")
    assert "Set up the second step" in other.get("/console/pasang-kode").text
