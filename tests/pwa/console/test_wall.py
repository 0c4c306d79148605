"""The wall screen: alone in the room it shows what burns, who owes an answer and who works.

Says when it is blind.
"""

import re

import pytest

from app.core.ids import new_id
from app.incidents.actor import Actor
from app.incidents.control_room import shifts
from tests.support.console import live
from tests.support.phone import wait_for

pytestmark = pytest.mark.engine("sqlite")
SOON = 30_000
EVERY_MS = 30_000
"""How often the screen comes anew when nothing seems to happen: whatever waits for that came too late."""
BIG = {"viewport": {"width": 1920, "height": 1080}}


@pytest.fixture
def working(house):
    """An operator whose shift runs."""
    person: Actor = house.person("operator", f"wall-{new_id()[-3:]}")
    with house.desk.database.write() as session:
        shifts.start_shift(session, person)
    return person


def test_it_shows_what_is_red_by_itself_and_who_works(house, at_desk, working):
    page = at_desk("operator", "/console/dinding", **BIG)
    page.locator("#live-working", has_text=working.name).wait_for()
    page.locator("#live-urgent", has_text="Tidak ada yang merah").wait_for()
    house.desk.report("fire")
    page.locator("#live-urgent li", has_text="Kebakaran").wait_for()
    page.locator(".wall-figures dd", has_text=re.compile("^1$")).first.wait_for()
    page.locator("#live-urgent .clock", has_text="dtk").wait_for()


def test_what_happens_while_the_page_is_fetched_comes_right_after(house, at_desk):
    page = at_desk("operator", "/console/dinding", **BIG)
    live(page)
    fetched = []

    def hold(route):
        if fetched:
            route.continue_()
        else:
            fetched.append((route, route.fetch()))

    page.route("**/console/dinding", hold)
    with page.expect_response("**/console/dinding", timeout=SOON) as held:
        house.desk.report("fire")
        wait_for(lambda: fetched, page=page)
        with page.expect_response("**/console/api/changes*"):
            house.desk.report("medical")
        route, answer = fetched[0]
        route.fulfill(response=answer)
    assert "Gawat medis" not in held.value.text()
    page.locator("#live-urgent li", has_text="Gawat medis").wait_for(timeout=EVERY_MS / 2)


def test_what_happens_at_home_never_hangs_on_the_wall(house, at_desk):
    house.desk.report("violence_home")
    house.desk.report("fire")
    page = at_desk("operator", "/console/dinding", **BIG)
    page.locator("#live-urgent li", has_text="Kebakaran").wait_for()
    assert page.locator("#live-urgent li").count() == 1
    assert "Kekerasan" not in page.locator("main").inner_text()
    assert page.locator(".wall-figures div", has_text="Baru masuk").locator("dd").inner_text() == "1"


def test_it_is_read_from_across_the_room_and_fits_the_screen(house, at_desk, axe_faults):
    for kind in (
        "fire",
        "medical",
        "accident",
        "crime",
        "riot",
        "drowning",
        "gas_chemical",
        "fire",
        "medical",
    ):
        house.desk.report(kind)
    page = at_desk("operator", "/console/dinding", **BIG)
    page.locator(".wall-more").first.wait_for()
    assert page.locator("#live-urgent li").count() == 7
    sizes = page.evaluate(
        "[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() &&"
        " [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 22
    assert page.evaluate("document.documentElement.scrollHeight <= 1080")
    assert page.locator("main :is(a, button, input, summary)").count() == 0
    assert axe_faults(page) == []


def test_a_lost_connection_is_said_and_mended(house, at_desk):
    page = at_desk("operator", "/console/dinding", **BIG)
    house.stop_stream()
    page.locator("#stream:not([hidden])").wait_for()
    house.start_stream()
    house.desk.report("fire")
    page.locator("#live-urgent li", has_text="Kebakaran").wait_for()
    page.locator("#stream.good, #stream[hidden]").first.wait_for(state="attached")


@pytest.mark.parametrize(("role", "agency"), [("administrator", None), ("agency", "damkar")])
def test_it_is_for_the_room_alone(at_desk, role, agency):
    page = at_desk(role, "/console/dinding", agency)
    assert page.locator(".wall-figures").count() == 0
