"""What the counsellors' room is told of by itself: nothing falls between the page and its first look at what is new."""

import pytest

pytestmark = pytest.mark.engine("sqlite")


def test_a_case_that_comes_before_the_first_look_is_shown(at_room, running_counsel):
    page, _ = at_room()
    address = page.url
    page.goto("about:blank")  # the look of the page that leaves is not the one meant
    came = []

    def a_moment_before(route):
        if not came:
            came.append(running_counsel.case())
        route.continue_()

    page.route("**/pendamping/kabar", a_moment_before)
    with page.expect_response("**/pendamping/kabar"):
        page.goto(address)
    page.locator(f"a[href$='{came[0]}']").wait_for()
