"""A resident searches for a place by its name, on submit alone.

Without network the kelurahan on the phone are searched.
"""

import pytest
from playwright.sync_api import expect

from tests.support.phone import wait_for

pytestmark = pytest.mark.engine("sqlite")
PLACE = "async () => (await siaga.database.all('drafts'))[0]?.location"


def test_a_name_is_asked_for_once_and_chosen_with_or_without_network(web, page):
    requests = []
    page.on("request", lambda request: requests.append(request.url) if "/geo/search" in request.url else None)
    page.goto(f"{web.url}/lapor?kind=fire")
    field = page.get_by_label("Cari alamat atau patokan")
    field.press_sequentially("Loktuan")
    assert requests == []
    field.press("Enter")
    page.get_by_role("button", name="Lok Tuan").click()
    expect(page.get_by_text("Dipilih: Lok Tuan")).to_be_visible()
    wait_for(lambda: (page.evaluate(PLACE) or {}).get("kelurahan") == "64.74.01.1003")
    assert len(requests) == 1
    page.context.set_offline(True)
    field.fill("kanaan")
    page.get_by_role("button", name="Cari", exact=True).click()
    page.get_by_role("button", name="Kanaan").click()
    wait_for(lambda: (page.evaluate(PLACE) or {}).get("kelurahan") == "64.74.03.1003")


@pytest.mark.long
def test_what_was_found_stands_above_the_bar_and_a_search_that_fails_is_no_lost_network(web, page):
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(f"{web.url}/lapor?kind=fire")
    field = page.get_by_label("Cari alamat atau patokan")
    field.fill("Loktuan")
    field.press("Enter")
    first = page.get_by_role("button", name="Lok Tuan")
    first.wait_for()
    wait_for(lambda: _bottom(first) < page.get_by_role("button", name="Kirim sekarang").bounding_box()["y"])
    page.route("**/geo/search", lambda route: route.fulfill(status=503, body="{}"))
    field.fill("tak ada")
    field.press("Enter")
    expect(page.get_by_text("Pencarian sedang terganggu")).to_be_visible()
    page.context.set_offline(True)
    page.wait_for_function("() => !navigator.onLine")
    field.press("Enter")
    expect(page.get_by_text("Tidak ada jaringan")).to_be_visible()


def _bottom(locator):
    box = locator.bounding_box()
    return box["y"] + box["height"]
