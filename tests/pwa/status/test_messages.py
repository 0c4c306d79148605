"""Signals and words reach the room once, whatever the network does."""

import pytest
from playwright.sync_api import expect

from tests.support.phone import wait_for

SOON = 60_000
ALL_SENT = "async () => (await siaga.database.all('followups')).every((row) => row.state === 'done')"


def test_three_signals_reach_the_room_and_say_when(page, room):
    report = room.follow(page, "fire")
    for name, code in (
        ("Masih terjadi", "still_happening"),
        ("Saya aman", "safe"),
        ("Petugas tiba", "arrived"),
    ):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("button", name=name)).to_contain_text("Terkirim", timeout=SOON)
        assert room.events(report, "signalled")[-1]["signal"] == code


def test_an_impatient_finger_is_one_signal(page, room):
    report = room.follow(page, "fire")
    button = page.get_by_role("button", name="Saya aman")
    for _ in range(4):
        button.click()
    expect(button).to_contain_text("Terkirim", timeout=SOON)
    wait_for(lambda: page.evaluate(ALL_SENT))
    assert len(page.evaluate("siaga.database.all('followups')")) == 1
    assert len(room.events(report, "signalled")) == 1


def test_words_go_both_ways(page, room):
    report = room.follow(page, "fire")
    page.get_by_label("Tulis pesan").fill("Api sudah di atap")
    page.get_by_role("button", name="Kirim pesan").click()
    expect(page.locator(".talk .mine")).to_contain_text("Api sudah di atap")
    room.say(report, "Semua keluar dulu")
    expect(page.locator(".talk")).to_contain_text("Semua keluar dulu", timeout=SOON)
    wait_for(lambda: room.heard(report) == ["Api sudah di atap"])
    expect(page.locator(".talk .mine")).to_have_count(1)


def test_markup_in_words_stays_words(page, room):
    report = room.follow(page, "fire")
    room.say(report, "<img src=x onerror=alert(1)>")
    expect(page.locator(".talk p")).to_have_text("<img src=x onerror=alert(1)>", timeout=SOON)
    assert page.locator(".talk img").count() == 0


def test_what_is_said_without_a_network_waits_and_arrives_once(kept_phone, room):
    page = kept_phone.open()
    report = room.follow(page, "flood")
    expect(page.locator(".ladder")).to_be_visible()
    kept_phone.lose_signal()
    page.get_by_role("button", name="Saya aman").tap()
    expect(page.get_by_role("button", name="Saya aman")).to_contain_text(
        "Menunggu sinyal, tersimpan di HP ini"
    )
    for words in ("Air sepinggang", "Kami di atap"):
        page.get_by_label("Tulis pesan").fill(words)
        page.get_by_role("button", name="Kirim pesan").tap()
        expect(page.locator(".talk")).to_contain_text(words)
    kept_phone.kill()
    kept_phone.switch_on()
    page = kept_phone.open(f"/laporan/{report['id']}")
    expect(page.get_by_role("button", name="Saya aman")).to_contain_text("Terkirim", timeout=SOON)
    expect(page.locator(".talk .mine")).to_have_count(2, timeout=SOON)
    wait_for(lambda: page.evaluate(ALL_SENT))
    assert room.heard(report) == ["Air sepinggang", "Kami di atap"]
    assert len(room.events(report, "signalled")) == 1


@pytest.mark.long
def test_an_answer_that_is_lost_does_not_make_words_twice(page, room):
    report = room.follow(page, "fire")
    expect(page.locator(".ladder")).to_be_visible()
    lost = []

    def lose_the_first_answer(route):
        route.fetch()
        if lost:
            return route.continue_()
        lost.append(route.request.url)
        return route.abort()

    page.route("**/messages", lose_the_first_answer)
    page.get_by_label("Tulis pesan").fill("Sekali saja")
    page.get_by_role("button", name="Kirim pesan").click()
    expect(page.locator(".talk small")).to_contain_text("WITA", timeout=30_000)
    wait_for(lambda: page.evaluate(ALL_SENT))
    assert lost
    assert room.heard(report) == ["Sekali saja"]
