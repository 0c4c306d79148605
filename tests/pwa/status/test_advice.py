"""While one waits: what to do, and a beat for chest compressions that keeps its time."""

import re
from itertools import combinations
from statistics import median

import pytest
from playwright.sync_api import expect

from tests.support.chromium import hurry
from tests.support.phone import WAITING

SOON = 30_000
FIRST = {
    "fire": "Api di bangunan",
    "flood": "Banjir",
    "drowning": "Orang tenggelam",
    "gas_chemical": "Bau gas",
    "wildlife": "Ular di rumah",
    "accident": "Kecelakaan",
}


BEATS = """() => {
  const count = document.querySelector('.beat-count');
  globalThis.beats = [];
  new MutationObserver(() => beats.push([Number(count.textContent), performance.now() / 1000]))
    .observe(count, {childList: true});
}"""
"""Which beat is shown and when, in seconds; a machine that draws one late moves the median of all pairs by nothing."""


def test_the_likeliest_advice_stands_open(page, room):
    for kind, title in FIRST.items():
        room.follow(page, kind)
        opened = page.locator(".advice[open]")
        expect(opened.locator("h3")).to_have_text([title], timeout=SOON)
        expect(opened.locator(".steps li").first).to_be_visible()


def test_the_beat_is_110_a_minute_and_begins_by_a_tap(page, room, long):
    """By the clock of this machine with `long`, by the page's own otherwise."""
    if not long:
        page.clock.install()
    room.follow(page, "medical")
    page.evaluate(
        """() => {
          globalThis.made = 0;
          const Before = AudioContext;
          globalThis.AudioContext = class extends Before { constructor() { super(); made += 1; } };
        }"""
    )
    page.locator("summary", has_text="Pijat jantung").click()
    count = page.locator(".beat-count")
    expect(count).to_have_text("110")
    assert page.evaluate("made") == 0
    page.evaluate(BEATS)
    page.get_by_role("button", name="Mulai ketukan").click()
    if not long:
        page.clock.run_for(7500)
    page.wait_for_function("() => beats.at(-1)?.[0] >= 13")
    beats = page.evaluate("beats")
    assert beats[0][0] == 1
    rates = [(later - before) / (at - since) * 60 for (before, since), (later, at) in combinations(beats, 2)]
    assert median(rates) == pytest.approx(110, abs=1)
    assert page.evaluate("made") == 1
    page.get_by_role("button", name="Matikan suara").click()
    expect(page.get_by_role("button", name="Nyalakan suara")).to_be_visible()
    page.get_by_role("button", name="Berhenti").click()
    expect(count).to_have_text("110")


@pytest.mark.long
def test_closing_the_advice_ends_the_beat(page, room):
    room.follow(page, "medical")
    page.locator("summary", has_text="Pijat jantung").click()
    page.get_by_role("button", name="Mulai ketukan").click()
    expect(page.locator(".beat-count")).to_have_text(re.compile(r"^([2-9]|\d\d)$"))
    page.locator("summary", has_text="Tersedak").click()
    expect(page.locator(".beat.going")).to_have_count(0)
    expect(page.locator(".advice[open] h3")).to_have_text(["Tersedak"])


def test_advice_is_there_without_a_network(phone, room):
    page = phone.open()
    report = room.follow(page, "wildlife")
    expect(page.locator(".advice").first).to_be_visible(timeout=SOON)
    phone.lose_signal()
    page.reload()
    assert report["id"] in page.url
    expect(page.locator(".advice[open] .steps li").first).to_be_visible()


@pytest.mark.long
def test_a_report_that_waits_for_a_signal_has_its_advice_right_under_the_state(phone):
    """On the smallest screen, without a network: one tap, and the call is not pushed away."""
    hurry(phone.page)
    page = phone.open()
    page.set_viewport_size({"width": 320, "height": 568})
    phone.lose_signal()
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_role("button", name="Kirim sekarang").tap()
    page.get_by_text(WAITING).wait_for()
    first = page.locator(".advice").first
    first.wait_for()
    box = first.locator("summary").bounding_box()
    assert box["y"] + box["height"] <= 568
    call = page.locator("main a.call")
    call.wait_for()
    assert first.bounding_box()["y"] < call.bounding_box()["y"] < 568
    first.locator("summary").tap()
    expect(first.locator(".steps li").first).to_have_text("Keluar sekarang. Tinggalkan semua barang.")


@pytest.mark.long
def test_advice_stands_above_the_ladder_on_a_phone(page, room):
    page.set_viewport_size({"width": 320, "height": 568})
    room.follow(page, "fire")
    advice = page.locator(".advice[open]")
    advice.wait_for()
    page.locator(".ladder").wait_for()
    assert advice.bounding_box()["y"] < page.locator(".ladder").bounding_box()["y"]
    assert advice.bounding_box()["y"] < 568
