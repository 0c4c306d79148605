"""One question, two large pictures, one tap: seen, answered, and stopped, on the phone and in the room."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.incidents.reporter import messages, questions
from app.incidents.reporter.conversation_models import Ask, SharedPosition
from tests.support.phone import wait_for

SOON = 30_000
SLOWLY = """() => {
  const keep = siaga.follow;
  const held = new Promise((go) => (globalThis.goOn = go));
  siaga.follow = async (...all) => {
    await held;
    return keep(...all);
  };
}"""
"""A phone that is slow to write down what was tapped."""


def ask(room, report, what, question=None):
    with room.database.write() as session:
        return questions.ask_reporter(session, room.operator, report["id"], what=what, question=question).id


def row(room, key):
    with room.database.read() as session:
        return session.get_one(Ask, key)


def test_a_question_is_seen_and_answered_with_one_tap_at_320_px(page, room):
    page.set_viewport_size({"width": 320, "height": 640})
    report = room.follow(page, "fire")
    expect(page.locator(".ladder")).to_be_visible()
    key = ask(room, report, "question", "people_inside")
    expect(page.get_by_role("heading", name="Adakah orang di dalam?")).to_be_visible(timeout=SOON)
    wait_for(lambda: row(room, key).read_at)
    for name in ("Ya", "Tidak"):
        button = page.get_by_role("button", name=name, exact=True).locator("visible=true").first
        box = wait_for(button.bounding_box)  # none of a card that is just drawn anew
        assert min(box["width"], box["height"]) >= 96
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator(".ask-choice").first.click()
    expect(page.locator(".question-panel")).to_contain_text("Jawaban Anda sudah diterima", timeout=SOON)
    assert row(room, key).answer == "yes"
    newer = ask(room, report, "question", "smoke")
    expect(page.get_by_role("heading", name="Adakah asap tebal?")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("heading", name="Adakah orang di dalam?")).to_have_count(0)
    page.get_by_role("button", name="Tidak tahu").click()
    wait_for(lambda: row(room, newer).answer == "unknown")


def test_a_position_is_shared_shown_with_its_minutes_and_stopped(page, room):
    place = {"latitude": 0.1331, "longitude": 117.4902, "accuracy": 12}
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(place)
    report = room.follow(page, "fire")
    key = ask(room, report, "share")
    page.get_by_role("button", name="Bagikan 15 menit").click(timeout=SOON)
    expect(page.locator(".question-panel")).to_contain_text("Sisa 15 menit", timeout=SOON)

    def position():
        with room.database.read() as session:
            return session.scalars(select(SharedPosition).where(SharedPosition.ask_id == key)).first()

    found = wait_for(position)
    assert (found.lat, found.lon, found.accuracy_m) == (0.1331, 117.4902, 12)
    page.get_by_role("button", name="Berhenti berbagi").click()
    wait_for(lambda: row(room, key).ended_at)
    expect(page.locator(".question-panel")).not_to_contain_text("Sisa", timeout=SOON)


def test_who_cannot_speak_says_so_and_words_are_read_when_seen(page, room):
    report = room.follow(page, "fire")
    page.get_by_label("Saya tidak bisa bicara atau mendengar").check()
    expect(page.locator(".needs-place")).to_contain_text("Anda tidak ditelepon", timeout=SOON)
    assert room.events(report, "set_need")[-1]["on"] is True
    room.say(report, "Keluar dulu")

    def read():
        with room.database.read() as session:
            return [item for item in messages.of_report(session, report["id"]) if item.read_at]

    wait_for(read)


@pytest.mark.long
def test_a_tick_stands_while_it_is_written_down_whatever_the_server_knows_yet(page, room):
    report = room.follow(page, "fire")
    page.locator(".ladder").wait_for()
    page.evaluate(SLOWLY)
    box = page.get_by_label("Saya tidak bisa bicara atau mendengar")
    box.check()
    for _ in range(2):  # the second is asked when the first was shown
        with page.expect_response(f"**/api/v1/reports/{report['id']}"):
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert box.is_checked()
    page.evaluate("goOn()")
    expect(page.locator(".needs-place")).to_contain_text("Anda tidak ditelepon", timeout=SOON)
    assert room.events(report, "set_need")[-1]["on"] is True
