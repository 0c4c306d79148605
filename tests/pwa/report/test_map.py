"""The place is shown on a map by tapping, keys or buttons; nothing is guessed, nothing is fetched from elsewhere."""

import pytest
from playwright.sync_api import expect

from tests.support.axe import LOCALES
from tests.support.phone import draft_id, found_place, kept_draft, wait_for

NOWHERE = {"geolocation": None, "permissions": []}
PLACE = "async () => (await siaga.database.all('drafts'))[0]?.location"


def kept(page, source: str) -> dict:
    """Return the place that the phone keeps, once it is one of this source."""
    return wait_for(lambda: (at := page.evaluate(PLACE)) and at["source"] == source and at)


def located(web, page) -> dict:
    """Open the form and wait until the phone has found and kept where it is; return that."""
    page.goto(f"{web.url}/lapor?kind=fire")
    found_place(page)
    return kept(page, "gps")


def open_map(page):
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.get_by_role("dialog", name="Tunjuk tempatnya")).to_be_visible()
    expect(page.locator(".map.leaflet-container")).to_be_visible()


@pytest.mark.long
def test_the_map_is_not_loaded_before_it_is_asked_for(web, page):
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{web.url}/lapor?kind=fire")
    found_place(page)
    assert not page.evaluate("'L' in window")
    page.get_by_role("button", name="Tunjuk di peta").click()
    expect(page.locator(".map .pin")).to_be_visible()
    assert page.evaluate("L.version") == "1.9.4"
    assert [url for url in requests if not url.startswith((web.url, "blob:", "data:"))] == []


def test_keys_move_the_point_by_the_step_that_is_told(web, page):
    before = located(web, page)
    open_map(page)
    expect(page.locator(".map")).to_be_focused()
    step = int(page.locator("#map-hint .strong").inner_text().split()[2])
    for key in ("ArrowUp", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Geser ke timur").click()
    page.get_by_role("button", name="Pakai titik ini").click()
    expect(page.get_by_text("Titik dipilih di peta")).to_be_visible()
    after = kept(page, "pin")
    assert (after["lat"] - before["lat"]) * 111_320 == pytest.approx(2 * step, abs=1)
    assert (after["lon"] - before["lon"]) * 111_320 == pytest.approx(2 * step, abs=1)
    assert "accuracy_m" not in after


@pytest.mark.long
def test_a_tap_on_the_map_sets_the_point(web, new_context):
    page = new_context(**NOWHERE).new_page()
    page.goto(f"{web.url}/lapor?kind=fire")
    open_map(page)
    expect(page.get_by_text("Belum ada titik. Ketuk tempatnya.")).to_be_visible()
    expect(page.get_by_role("button", name="Pakai titik ini")).to_be_disabled()
    expect(page.locator(".map .pin")).to_have_count(0)
    box = page.locator(".map").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".map .pin")).to_be_visible()
    page.get_by_role("button", name="Pakai titik ini").click()
    place = kept(page, "pin")
    assert (place["lat"], place["lon"]) == (pytest.approx(0.133, abs=1e-3), pytest.approx(117.49, abs=1e-3))


@pytest.mark.long
def test_cancelling_changes_nothing(web, page):
    before = located(web, page)
    open_map(page)
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name="Batal").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert draft_id(page)
    page.locator("#landmark").fill("Pasar")
    kept_draft(page, landmark="Pasar")  # whatever was changed before would be kept by now
    assert page.evaluate(PLACE) == before


@pytest.mark.long
def test_the_accuracy_is_drawn_as_wide_as_it_is(web, new_context):
    here = {"latitude": 0.1331, "longitude": 117.4902, "accuracy": 200}
    page = new_context(geolocation=here).new_page()
    located(web, page)
    open_map(page)
    expect(page.locator(".around")).to_be_visible()
    width = page.locator(".around").bounding_box()["width"]
    metres_a_pixel = 40_075_016 / (256 * 2**15)
    assert width * metres_a_pixel == pytest.approx(400, rel=0.03)


@pytest.mark.parametrize("spoken", LOCALES)
def test_axe_finds_nothing_on_the_map(web, new_context, spoken, axe_faults):
    page = new_context(locale=spoken).new_page()
    page.goto(f"{web.url}/lapor?kind=fire")
    page.locator(".accuracy .disc").wait_for()
    page.locator("button.row").first.click()
    expect(page.locator(".map .pin")).to_be_visible()
    assert axe_faults(page) == []


def test_imported_outlines_are_drawn_and_name_the_place_exactly(web, new_context):
    page = new_context(service_workers="block").new_page()
    square = {
        "type": "Polygon",
        "coordinates": [[[117.48, 0.12], [117.5, 0.12], [117.5, 0.14], [117.48, 0.14], [117.48, 0.12]]],
    }
    feature = {
        "type": "Feature",
        "properties": {"kode": "64.74.01.1006", "nama": "Api-Api"},
        "geometry": square,
    }
    drawing = {"type": "FeatureCollection", "features": [feature]}
    page.route("**/kelurahan.geojson", lambda route: route.fulfill(json=drawing))
    located(web, page)
    open_map(page)
    expect(page.locator(".outline")).to_have_count(1)
    expect(page.get_by_text("Di Api-Api")).to_be_visible()
    for _ in range(2):
        step = page.locator("#map-hint .strong").inner_text()
        page.get_by_role("button", name="Perkecil").click()
        expect(page.locator("#map-hint .strong")).not_to_have_text(step)
    for _ in range(12):
        page.get_by_role("button", name="Geser ke timur").click()
    expect(page.get_by_text("Di Api-Api")).to_have_count(0)
    expect(page.get_by_role("dialog").get_by_text("Kira-kira dekat")).to_be_visible()


def pull_by_mouse(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def pull_by_finger(page, start, end):
    finger = page.context.new_cdp_session(page)

    def touch(what, *points):
        at = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": at})

    touch("touchStart", start)
    for n in range(1, 6):
        touch("touchMove", (start[0] + (end[0] - start[0]) * n / 5, start[1] + (end[1] - start[1]) * n / 5))
    touch("touchEnd")


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("pull", "touch"), [pytest.param(pull_by_mouse, False, marks=pytest.mark.long), (pull_by_finger, True)]
)
def test_the_pin_is_dragged_to_the_place_by_mouse_and_by_finger(web, new_context, pull, touch):
    page = new_context(has_touch=touch, is_mobile=touch).new_page()
    before = located(web, page)
    open_map(page)
    pin = page.locator(".map .pin")
    pin.wait_for()
    box = pin.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    pull(page, middle, (middle[0] + 60, middle[1] - 40))
    page.wait_for_function(
        "([x]) => Math.abs(document.querySelector('.map .pin').getBoundingClientRect().x - x) < 3",
        arg=[box["x"] + 60],
    )
    page.get_by_role("button", name="Pakai titik ini").click()
    after, metres_a_pixel = kept(page, "pin"), 40_075_016 / (256 * 2**15)
    assert (after["lon"] - before["lon"]) * 111_320 == pytest.approx(60 * metres_a_pixel, rel=0.05)
    assert (after["lat"] - before["lat"]) * 111_320 == pytest.approx(40 * metres_a_pixel, rel=0.05)
