"""WCAG 2.2 AA on every screen between home and a sent report; with `long` in both languages, every size and look."""

import pytest

from tests.support.axe import LOCALES
from tests.support.chromium import hurry
from tests.support.phone import kept_draft
from tests.support.silent_flow import open_tile


@pytest.fixture(params=LOCALES)
def spoken(request):
    return request.param


@pytest.fixture
def check(axe_faults):
    """Return `check(page, screen)`: nothing may be found on this screen."""

    def look(page, screen):
        page.locator("main h1").first.wait_for()
        assert not axe_faults(page, enhanced=True), screen

    return look


def test_from_home_to_a_waiting_report(web, new_context, spoken, check):
    context = new_context(locale=spoken)
    page = hurry(context.new_page())
    page.goto(web.url)
    check(page, "home")
    page.locator("a[href='/lapor']").tap()
    page.locator("a[href='/lapor?kind=drowning']").wait_for()
    check(page, "kinds")
    page.locator("a[href='/lapor?kind=flood']").tap()
    page.locator(".accuracy .disc").wait_for()
    check(page, "place found")
    page.locator(".rows .row").nth(1).tap()
    page.locator(".rows .row[aria-pressed=true]").wait_for()
    check(page, "place unknown")
    page.locator(".actions .button").last.tap()
    page.locator("input[value=waist]").check()
    check(page, "details")
    context.set_offline(True)
    page.locator(".actions .button").last.tap()
    page.locator("main .call").wait_for()
    check(page, "waiting")


@pytest.mark.long
def test_text_twice_as_large_needs_no_sideways_scrolling(web, new_context, spoken):
    context = new_context(viewport={"width": 360, "height": 740}, locale=spoken)
    page = context.new_page()

    def check_width(screen):
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, screen

    page.goto(web.url)
    check_width("home")
    open_tile(page)
    check_width("the silent flow")
    page.locator("#hush .plain").last.tap()
    page.locator("a[href='/lapor?kind=flood']").tap()
    page.locator(".accuracy .disc").wait_for()
    check_width("place")
    page.locator(".actions .button").last.tap()
    page.locator("input[value=waist]").wait_for()
    check_width("details")


def test_home_with_an_unfinished_report_and_a_place_that_was_refused(web, new_context, spoken, check):
    page = new_context(locale=spoken, permissions=[]).new_page()
    page.goto(web.url + "/lapor?kind=fire")
    page.locator(".seen button").wait_for()
    check(page, "place refused")
    kept_draft(page, kind="fire")
    page.goto(web.url)
    page.locator(".notice").wait_for()
    check(page, "home with a notice")


def test_pages_as_the_server_draws_them(web, new_context, spoken, check):
    """Script is on for axe alone: our own never arrives."""
    context = new_context(locale=spoken, service_workers="block")
    context.route("**/js/pages/router.js", lambda route: route.abort())
    page = context.new_page()
    for path in ("/lapor", "/lapor?kind=flood", "/laporan", "/nomor", "/pasang", "/status"):
        page.goto(web.url + path)
        check(page, path)
    page.goto(web.url + "/lapor")
    page.locator(".actions button").tap()
    page.get_by_role("alert").wait_for()
    check(page, "form with its kind missing")
    page.locator("input[value=fire]").check()
    page.locator(".actions button").tap()
    page.locator(".ladder").wait_for()
    check(page, "ladder")
