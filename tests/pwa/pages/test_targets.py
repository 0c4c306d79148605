"""A trembling thumb on the smallest phone hits what it aims at: 48 px, and 112 as decision 0043 says."""

import pytest

from tests.support.phone import CONTROLLED, WAITING

pytestmark = pytest.mark.engine("sqlite")
PATHS = (
    "/",
    "/lapor",
    "/laporan",
    "/nomor",
    "/pasang",
    "/laporan/0b2f5c00-0000-4000-8000-000000000000",
    "/tidak-ada",
)
TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, label:has(input)')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((one) => !one.matches('.skip, .visually-hidden') && !(one.matches('input') && one.closest('label')))
  .map((one) => {
    const { width, height } = one.getBoundingClientRect();
    const name = one.textContent.trim() || one.getAttribute('name');
    return { name, call: one.matches('[href="tel:112"]'), short: one.matches('.call-short'), width, height };
  })"""


def small(page, screen):
    """Return the targets of a screen that are smaller than promised; it must have a way to 112."""
    page.locator("h1").first.wait_for()
    targets = page.evaluate(TARGETS)
    assert any(target["call"] for target in targets), screen
    faults = []
    for target in targets:
        least, most = sorted((target["width"], target["height"]))
        wanted = ((56, 96) if target["short"] else (96, 96)) if target["call"] else (48, 48)
        if least < wanted[0] or most < wanted[1]:
            faults.append((screen, target))
    return faults


@pytest.mark.parametrize(
    "script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["script", "no script"]
)
def test_every_target_of_a_residents_pages(web, new_context, script):
    page = new_context(viewport={"width": 320, "height": 568}, java_script_enabled=True).new_page()
    if not script:
        page.route("**/js/pages/router.js", lambda route: route.abort())
    faults = []
    for path in PATHS:
        page.goto(web.url + path)
        page.wait_for_load_state("networkidle" if script else "load")
        faults += small(page, path)
    assert faults == []


def test_every_target_while_a_report_is_made_waits_and_is_followed(web, room, new_context):
    context = new_context(viewport={"width": 320, "height": 568})
    page = context.new_page()
    room.follow(page, "fire")
    page.locator(".advice[open]").wait_for()
    faults = small(page, "status")
    page.goto(f"{web.url}/lapor?kind=fire")
    page.locator(".accuracy .disc").wait_for()
    faults += small(page, "place")
    page.evaluate(CONTROLLED)
    page.get_by_role("button", name="Lanjut").tap()
    page.get_by_label("Ceritakan singkat").wait_for()
    faults += small(page, "details")
    context.set_offline(True)
    page.get_by_role("button", name="Kirim laporan").tap()
    page.get_by_text(WAITING).wait_for()
    page.get_by_role("link", name="Kirim SMS").wait_for()
    page.locator(".advice").first.wait_for()
    faults += small(page, "waiting")
    assert faults == []
