"""A sign-in that ended elsewhere: what the counsellor had opened leaves her screen, and soon."""

import pytest

from app.accounts import staff
from tests.support.counsellor_browser import open_key, with_key

pytestmark = pytest.mark.engine("sqlite")
SHUT_WITHIN_MS = 5_000
GONE = """() => {
  new MutationObserver(() => {
    if (!document.querySelector('#statement blockquote')) localStorage.gone = 'before the page';
  }).observe(document.body, { subtree: true, childList: true });
}"""
"""Whether the words left the screen, kept for the page that comes after."""


def test_a_session_that_ended_shuts_the_room_at_once(at_room, running_counsel, move_clock):
    """Signed out elsewhere, disabled, gone: what was open leaves the screen within five seconds of the page's clock."""
    person = with_key(running_counsel)
    case_id = running_counsel.case()
    running_counsel.taken_by(person, case_id)
    page, _ = at_room(f"/kasus/{case_id}", person=person, prepare=move_clock)
    open_key(page)
    page.get_by_role("button", name="Buka cerita").click()
    page.locator("#statement blockquote").wait_for()
    page.evaluate(GONE)
    page.clock.pause_at(page.evaluate("Date.now() / 1000") + 60)
    with running_counsel.database.write() as session:
        staff.disable(session, person.name)
    page.clock.fast_forward(SHUT_WITHIN_MS)
    page.wait_for_url("**/console/masuk**")
    assert page.evaluate("localStorage.gone") == "before the page"
