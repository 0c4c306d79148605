"""Every screen after the report is usable by everybody: axe finds nothing, nothing sticks out at 320 pixels."""

import pytest
from playwright.sync_api import expect

from tests.pwa.report.test_photos import choose, picture
from tests.support.axe import LOCALES

SOON = 60_000


@pytest.fixture(params=LOCALES)
def phone_page(request, new_context):
    """A page of a phone that speaks one of the two languages."""
    return new_context(locale=request.param).new_page()


def test_a_report_on_its_way(phone_page, room, axe_faults):
    filed = room.follow(phone_page, "accident")
    room.open(filed)
    room.forward(filed, "polres", "psc119")
    room.move(filed, "accept", "polres")
    room.say(filed, "Ada yang terjepit?")
    choose(phone_page, picture(1200, 900))
    expect(phone_page.locator(".photos li")).to_be_visible(timeout=SOON)
    expect(phone_page.locator(".talk li")).to_be_visible(timeout=SOON)
    phone_page.locator(".signals-place button").nth(1).click()
    phone_page.locator(".advice summary").nth(3).click()
    phone_page.locator(".metronome button").first.click()
    assert axe_faults(phone_page) == []


def test_an_unopened_report(phone_page, room, axe_faults):
    filed = room.follow(phone_page, "medical")
    room.hurry(filed, 1)
    expect(phone_page.locator(".alarm")).to_be_visible(timeout=SOON)
    assert axe_faults(phone_page) == []


def test_a_closed_report_and_an_old_answer(phone_page, room, axe_faults):
    filed = room.follow(phone_page, "flood")
    room.open(filed)
    room.close(filed, "handed_over")
    expect(phone_page.locator(".now.closed")).to_be_visible(timeout=SOON)
    phone_page.context.set_offline(True)
    expect(phone_page.locator(".old")).to_be_visible(timeout=80_000)
    assert axe_faults(phone_page) == []


def test_own_reports(phone_page, room, axe_faults):
    room.follow(phone_page, "fire", path="/laporan")
    expect(phone_page.locator(".mine .row")).to_be_visible()
    assert axe_faults(phone_page) == []
    phone_page.evaluate(
        """async () => {
          for (const row of await siaga.database.all('reports')) await siaga.database.remove('reports', row.id)
        }"""
    )
    phone_page.reload()
    expect(phone_page.locator("h1 + p")).to_be_visible()
    assert axe_faults(phone_page) == []


@pytest.mark.parametrize("path", ["/nomor", "/pasang"])
def test_numbers_and_installing(phone_page, web, path, axe_faults):
    phone_page.goto(web.url + path)
    expect(phone_page.locator(".rows .row, .guide li").first).to_be_visible()
    assert axe_faults(phone_page) == []


@pytest.mark.long
def test_the_page_is_readable_with_letters_twice_as_large(phone_page, room):
    room.follow(phone_page, "medical")
    expect(phone_page.locator(".advice").first).to_be_visible(timeout=SOON)
    phone_page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 360
