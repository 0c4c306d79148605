"""The list of cases comes anew by itself, and never in the way of where she goes."""

import pytest

from tests.support.phone import wait_for

pytestmark = pytest.mark.engine("sqlite")


def test_the_list_is_not_drawn_over_the_case_she_went_to(ready, running_counsel):
    """News let the list be fetched anew; meanwhile she opens a case, and the list comes late."""
    page, _ = ready()
    case_id = running_counsel.case()
    link = page.locator(f"a[href$='{case_id}']")
    link.wait_for(timeout=30_000)
    late = []

    def hold(route):
        late.append(route)

    page.route("**/console/pendamping", hold)
    running_counsel.case()
    wait_for(lambda: late, page=page)
    link.click()
    take_on = page.get_by_role("button", name="Dampingi kasus ini")
    take_on.wait_for()
    with page.expect_response("**/console/pendamping") as came:
        late[0].continue_()
    came.value.finished()
    page.unroute("**/console/pendamping")
    page.evaluate(
        "fetch('/console/pendamping').then((one) => one.text())"
    )  # the late list was read before this one
    assert take_on.is_visible()
