"""The page of yes and no on a small phone, with script switched off and on: two large buttons, no sound, calm."""

import pytest
from playwright.sync_api import expect

from app.core.secrets import load_secrets
from app.incidents.reporter import questions, yes_no_link
from app.incidents.reporter.conversation_models import Ask
from tests.support.phone import wait_for

SOON = 30_000


def without_coming_again(route):
    """The page comes anew every few seconds; nobody could look at it for longer."""
    answer = route.fetch()
    headers = {name: value for name, value in answer.headers.items() if name != "refresh"}
    route.fulfill(response=answer, headers=headers)


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_one_question_two_large_buttons_and_the_next_one_comes_by_itself(
    web, room, new_context, script, axe_faults
):
    filed = room.report("other")
    with room.database.write() as session:
        first = questions.ask_reporter(
            session, room.operator, filed["id"], what="question", question="safe_now"
        ).id
    context = new_context(java_script_enabled=script)
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    address = web.url + yes_no_link.way(load_secrets(web.data), filed["id"])
    page.goto(address)
    expect(page.get_by_role("heading", name="Apakah Anda aman sekarang?")).to_be_visible(timeout=SOON)
    for name in ("Ya", "Tidak"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert min(box["width"], box["height"]) >= 96
    if script:
        still = context.new_page()
        still.route(address, without_coming_again)
        still.goto(address)
        assert axe_faults(still) == []
    page.get_by_role("button", name="Tidak", exact=True).click()
    expect(page.get_by_text("Jawaban Anda sudah diterima.")).to_be_visible(timeout=SOON)

    def answered():
        with room.database.read() as session:
            return session.get_one(Ask, first).answer == "no"

    wait_for(answered)
    with room.database.write() as session:
        questions.ask_reporter(session, room.operator, filed["id"], what="question", question="weapon")
    expect(page.get_by_role("heading", name="Adakah senjata?")).to_be_visible(timeout=SOON)
