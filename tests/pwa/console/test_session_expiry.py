"""A sign-in that ends soon takes no work along, and a desk's wrong clock makes nobody wait for hours."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.accounts.models import Staff, StaffSession
from app.core.clock import now
from tests.support.staff import PASSWORD, hashed_password

pytestmark = pytest.mark.engine("sqlite")
TWO_HOURS_AHEAD = "const real = Date.now; Date.now = () => real() + 7_200_000;"


def change(house, person, **values):
    with house.desk.database.write() as session:
        session.execute(update(StaffSession).where(StaffSession.staff_id == person.id).values(**values))


def test_a_page_that_was_left_alone_says_so_and_one_press_stays(house, at_desk, axe_faults):
    page = at_desk("supervisor", "/console/serah-terima?lang=id")
    change(house, house.person("supervisor"), seen_at=now() - timedelta(minutes=25))
    stay = page.get_by_role("button", name="Tetap masuk")
    stay.wait_for()
    assert axe_faults(page) == []
    stay.click()
    stay.wait_for(state="hidden")
    page.locator("#ending").wait_for(state="hidden")


def test_whoever_signs_in_again_finds_the_page_as_it_was_and_may_send_it(house, at_desk, axe_faults):
    person = house.person("operator", "damkar")
    with house.desk.database.write() as session:
        session.get_one(Staff, person.id).password_hash = hashed_password()
    page = at_desk(
        "operator", "/console/serah-terima?lang=id", "damkar", viewport={"width": 1280, "height": 800}
    )
    page.locator("#note").fill("Radio kedua diisi ulang")
    change(house, person, created_at=now() - timedelta(hours=11, minutes=55))
    again = page.get_by_role("link", name="Masuk lagi")
    again.wait_for()
    assert axe_faults(page) == []
    with page.context.expect_page() as opened:
        again.click()
    door = opened.value
    door.locator("#password").fill(PASSWORD)
    door.locator("form button").click()
    door.get_by_role("button", name="Nanti saja").click()
    door.get_by_text("Anda sudah masuk lagi").wait_for()
    door.close()
    again.wait_for(state="hidden")
    assert page.locator("#note").input_value() == "Radio kedua diisi ulang"
    page.get_by_role("button", name="Tanda tangani").click()
    page.get_by_text("Radio kedua diisi ulang").first.wait_for()


def test_a_desk_whose_clock_is_two_hours_ahead_shows_true_waiting_times(house, at_desk):
    incident = house.desk.report("tree_down")
    page = at_desk("operator", "/console/instansi?lang=id")
    page.add_init_script(TWO_HOURS_AHEAD)
    page.goto(f"{house.url}/console/antrean")
    clock = page.locator(f"#i-{incident} .clock")
    shown = clock.text_content()
    page.wait_for_function(
        "([one, text]) => document.querySelector(one).textContent !== text",
        arg=[f"#i-{incident} .clock", shown],
    )
    assert "jam" not in clock.inner_text()
    assert not page.locator(f"#i-{incident} .alarm.red").count()
