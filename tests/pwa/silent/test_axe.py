"""S25: WCAG 2.2 AA on every step of the silent flow at 320 pixels; with `long` in every look and language."""

import pytest

from tests.support.axe import LOCALES
from tests.support.silent_flow import open_tile, open_tile_with_places, step, walk


@pytest.fixture
def check(axe_faults):
    """Return `check(page, name)`: nothing may be found on this step."""

    def look(page, name):
        assert not axe_faults(page, height=568, enhanced=True), name

    return look


HAND = "setInterval(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab' })), 1000)"
"""Somebody is at the screen: a step that would go on by itself waits for as long as axe looks."""


@pytest.fixture(params=LOCALES)
def spoken(request):
    return request.param


def test_the_steps_before_help_is_asked_for(home_in, spoken, check):
    page = open_tile(home_in(spoken))
    for name in walk(page):
        if name == "coming":
            page.locator("#hush .kinds input").nth(1).check(force=True)
        check(page, name)


def test_the_steps_after_it(home_in, spoken, check):
    page = open_tile_with_places(home_in(spoken, placed=False))
    page.locator("#hush .help").tap()
    page.locator("#hush li .button").first.wait_for()
    page.evaluate(HAND)
    check(page, "where")
    page.locator("#hush li .button").first.tap()
    page.locator("#hush .code").wait_for()
    check(page, "sent")
    page.locator("#hush .rows > .plain").tap()
    page.locator("#hush .state").wait_for(state="detached")
    check(page, "whether the code is kept")
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    open_tile(page)
    page.context.set_offline(True)
    page.locator("#hush .help").tap()
    page.locator("#hush li .button").first.wait_for()
    page.locator("#hush .quiet").first.tap()
    page.locator("#hush .code").wait_for()
    check(page, "waiting")


def test_the_steps_where_her_words_cannot_be_protected(hostile, spoken, check):
    page = hostile(None, spoken)
    open_tile(page)
    step(page, "coming")
    page.locator("#hush .honest").wait_for()
    check(page, "coming")
    page.locator("#hush .actions .button").last.tap()
    page.locator("#hush .code").wait_for()
    check(page, "sent")
    page.locator("#hush .signals").locator("xpath=../following-sibling::button[1]").tap()
    page.locator("#hush .signals").wait_for(state="detached")
    page.locator("#hush .button").first.tap()
    page.locator("#hush .views").wait_for()
    check(page, "case")
    page.locator("#hush .rows .row").first.tap()
    page.locator("#hush .code").wait_for()
    check(page, "code")
