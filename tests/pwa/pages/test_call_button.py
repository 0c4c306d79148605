"""The call to 112 is large and at hand before anything else is, also without script and when something failed."""

import pytest

SIZES = [(320, 568), (360, 640), (768, 1024)]


@pytest.mark.parametrize("path", ["/", "/tidak-ada"])
def test_the_call_is_large_and_in_the_first_screenful(web, new_context, path):
    page = new_context(java_script_enabled=False).new_page()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(web.url + path)
        call = page.locator("main a[href='tel:112']").first
        box = call.bounding_box()
        assert box["height"] >= 96
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert call.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(176, 0, 32)"
