"""What the street is asked after sending: one tap each, calm on a small phone, kept when the signal is lost."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.incidents.reporter import questions, still_ongoing
from app.incidents.reporter.still_ongoing_models import StillRequest
from app.reports.models import Report
from tests.support.phone import wait_for

SOON = 60_000
TITLE = "Apakah ini kejadian yang sama?"
SPOT = {"lat": 0.1391, "lon": 117.5002, "source": "gps"}
NEXT_DOOR = SPOT | {"lat": 0.1402}


def incident_of(room, filed):
    with room.database.read() as session:
        return session.get_one(Report, filed["id"]).incident_id


@pytest.fixture
def first(room):
    """A flood that somebody else told of; closed afterwards, so that nobody else is asked about it."""
    filed = room.report("flood", location=SPOT)
    yield filed
    room.open(filed)
    room.close(filed)


def test_it_is_the_same_by_one_tap_and_the_own_ladder_stays(page, room, first, axe_faults):
    filed = room.follow(page, "flood", location=NEXT_DOOR)
    requests = page.locator(".street")
    expect(requests.get_by_role("heading", name=TITLE)).to_be_visible(timeout=SOON)
    expect(requests).to_contain_text("200 m")
    assert axe_faults(page) == []
    requests.get_by_role("button", name="Ini kejadian yang sama").first.click()
    expect(requests.get_by_role("heading", name=TITLE)).to_have_count(0)
    wait_for(lambda: incident_of(room, filed) == incident_of(room, first))
    expect(page.locator(".ladder li", has_text="Digabung").first).to_be_visible(timeout=SOON)


@pytest.mark.long
def test_another_incident_is_said_on_the_phone_alone_and_stays_said(page, room, first):
    filed = room.follow(page, "flood", location=NEXT_DOOR)
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible(timeout=SOON)
    page.locator(".street").get_by_role("button", name="Bukan, ini kejadian lain").click()
    expect(page.get_by_role("heading", name=TITLE)).to_have_count(0)
    page.reload()
    expect(page.locator(".ladder")).to_be_visible(timeout=SOON)
    with page.expect_response(
        lambda item: filed["id"] in item.url and item.request.method == "GET", timeout=SOON
    ):
        pass
    expect(page.get_by_role("heading", name=TITLE)).to_have_count(0)
    assert incident_of(room, filed) != incident_of(room, first)


@pytest.mark.long
def test_what_the_operator_asks_comes_first_and_alone(page, room, first):
    filed = room.follow(page, "flood", location=NEXT_DOOR)
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible(timeout=SOON)
    with room.database.write() as session:
        questions.ask_reporter(session, room.operator, filed["id"], what="question", question="water_rising")
    expect(page.locator(".ask-choice").first).to_be_visible(timeout=SOON)
    expect(page.get_by_role("heading", name=TITLE)).to_have_count(0)
    expect(page.locator(".question-panel .old")).to_be_hidden()
    page.locator(".ask-choice").first.click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible(timeout=SOON)


def test_a_tap_without_a_signal_waits_and_joins_later(phone, room, first):
    page = phone.open()
    filed = room.follow(page, "flood", location=NEXT_DOOR)
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible(timeout=SOON)
    phone.lose_signal()
    page.locator(".street").get_by_role("button", name="Ini kejadian yang sama").first.tap()
    expect(page.get_by_role("heading", name=TITLE)).to_have_count(0)
    assert incident_of(room, filed) != incident_of(room, first)
    phone.find_signal()
    wait_for(lambda: incident_of(room, filed) == incident_of(room, first))


@pytest.mark.long
def test_whether_it_goes_on_is_answered_once_without_a_signal_too(phone, room):
    page = phone.open()
    filed = room.follow(page, "fire")
    expect(page.locator(".ladder")).to_be_visible(timeout=SOON)
    with room.database.write() as session:
        still_ongoing.ask_still_ongoing(session, room.operator, incident_of(room, filed))
    question = page.get_by_role("heading", name="112 bertanya: masih berlangsung?")
    expect(question).to_be_visible(timeout=SOON)
    phone.lose_signal()
    page.locator(".street").get_by_role("button", name="Tidak lagi").tap()
    expect(question).to_have_count(0)
    phone.find_signal()

    def shown():
        with room.database.read() as session:
            return session.scalars(
                select(StillRequest.answer).where(StillRequest.report_id == filed["id"])
            ).all() == ["no"]

    wait_for(shown)
