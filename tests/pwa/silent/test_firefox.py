"""The way out and the silence of the silent flow, in the other browser."""

import pytest

from tests.pwa.silent.test_quick_exit import TRIES
from tests.support.phone import CONTROLLED, wait_for
from tests.support.silent_flow import BLANK, NOISE, TOOK, WALK

SLOW_S = 60
HELD = """return !!document.querySelector('#hush, #quiet[open]') || document.body.innerHTML.includes('kanari')
  || [...document.querySelectorAll('input, textarea')].some((one) => one.value.includes('kanari'))"""
AWAY = "return location.pathname === '/pasang' && !!document.querySelector('main h1')"
RESTORE = """
  const { SessionStore } = ChromeUtils.importESModule('resource:///modules/sessionstore/SessionStore.sys.mjs');
  SessionStore.undoCloseTab(Services.wm.getMostRecentWindow('navigator:browser'), 0);"""


@pytest.fixture
def fox(firefox):
    """Firefox on a phone that knows no position."""
    firefox.driver.timeout.script = SLOW_S
    return firefox


def home(fox, refuge):
    fox.open(refuge.url)
    fox.resolve(f"await ({CONTROLLED})()")
    wait_for(lambda: fox.run("return !!document.querySelector('link[href*=\"silent.css\"]')"))


def click(fox, css):
    wait_for(lambda: fox.run("return !!document.querySelector(arguments[0])", css))
    fox.run("document.querySelector(arguments[0]).click()", css)


def write_and_leave(fox, refuge):
    """Return after how many ms the page was blank, and what was left on it."""
    fox.open(f"{refuge.url}/nomor")
    home(fox, refuge)
    for css in (
        "#quiet summary",
        "#hush .rows .row",
        "#hush .actions .quiet",
        "#hush .actions .quiet:not([hidden])",
    ):
        click(fox, css)
    wait_for(lambda: fox.run("return !!document.querySelector('#hush textarea')"))
    fox.driver.find_element("css selector", "#hush textarea").send_keys("kanari")
    fox.run("sessionStorage.clear()")
    fox.run(f"({BLANK})()")
    fox.run("document.querySelector('#hush .leave').click()")
    wait_for(lambda: fox.run(AWAY))
    return fox.run(f"return {TOOK}")


def test_it_is_blank_at_once_and_no_way_leads_back(refuge, fox):
    """S4: as fast as this machine is (Firefox cannot be slowed down); back, forward, reopened, restored: 0 of 4."""
    for _ in range(TRIES):
        blank, left = write_and_leave(fox, refuge)
        if blank <= 100:
            break
    print(f"\nS4 in Firefox: blank after {blank:.0f} ms")
    assert left == 0
    assert blank <= 100
    driver, found = fox.driver, {}
    driver.go_back()
    found["back"] = fox.run(HELD)
    driver.go_forward()
    found["forward"] = fox.run(HELD)
    first = driver.current_window_handle
    driver.switch_to_window(driver.open(type="tab", focus=True)["handle"])
    fox.open(refuge.url)
    found["reopened"] = fox.run(HELD)
    second = driver.current_window_handle
    driver.switch_to_window(first)
    driver.close()
    fox.privileged(RESTORE)
    wait_for(lambda: len(driver.window_handles) == 2)
    driver.switch_to_window(next(handle for handle in driver.window_handles if handle != second))
    wait_for(lambda: fox.run(AWAY))
    found["restored"] = fox.run(HELD)
    assert found == dict.fromkeys(("back", "forward", "reopened", "restored"), False)


@pytest.mark.long
def test_nothing_sounds_shakes_or_is_announced(refuge, fox):
    """S5."""
    home(fox, refuge)
    fox.run(f"({NOISE})()")
    assert fox.resolve(f"await ({WALK})()") == [[], ["Diperbarui"]]
