"""The room's screens of a silent case, in a real browser: heard at once, read at a glance, wide enough for a phone."""

import os

import pytest

from app.core.ids import new_id
from app.core.secrets import load_secrets
from app.silent.dispatch_summary import read_summary
from app.silent.intake import SilentReport, store_silent_report
from tests.support.silent import BLOCK

pytestmark = pytest.mark.engine("sqlite")
SOUNDS = "() => new AudioContext().resume()"
"""By then a bell that hears of the press has come to life too."""


@pytest.fixture
def call(house):
    """Take a silent call on the running console; return its case's id."""
    secrets = load_secrets(house.web.data)

    def _call():
        key = new_id()
        silent = SilentReport(key=key, body=key, block=read_summary(BLOCK))
        return store_silent_report(house.desk.database, secrets, silent).id

    return _call


def test_a_new_case_stands_in_the_queue_of_a_cleared_operator_within_seconds(at_desk, call):
    page = at_desk("operator", "/console/antrean", cleared=True)
    case_id = call()
    page.wait_for_selector(f"#i-{case_id}.is-red", timeout=30_000)
    page.click(f"#i-{case_id} form[data-move=open] button")
    page.wait_for_selector(f"#i-{case_id}[data-state=opened]", timeout=30_000)


def test_what_is_pressed_first_stays_under_the_finger(at_desk, call):
    """The first press lets the bell ring; its shorter words must not move the row away before the press ends."""
    page = at_desk("operator", "/console/antrean", cleared=True)
    case_id = call()
    button = page.locator(f"#i-{case_id} form[data-move=open] button")
    button.hover(timeout=30_000)
    page.locator("#sound.asks").wait_for()
    before = button.bounding_box()
    page.mouse.down()
    page.evaluate(SOUNDS)
    assert button.bounding_box() == before
    page.mouse.up()
    page.wait_for_selector(f"#i-{case_id}[data-state=opened]", timeout=30_000)
    page.locator("#sound:not(.asks)").wait_for()


def test_the_page_of_a_case_fits_and_its_call_button_is_dead(at_desk, call):
    page = at_desk("operator", f"/console/kasus/{call()}", cleared=True)
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.is_disabled(".gate button")
        if shots := os.environ.get("SIAGA_CASE_SHOTS"):
            page.screenshot(path=f"{shots}/case-{width}.png", full_page=True)
