"""A sent report's page says what really happened, when, and how old that knowledge is."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.phone import wait_for

SOON = 60_000
LATER = "(ms) => new Promise((go) => setTimeout(go, ms))"
"""Wait for so long as the page itself would: its pauses are shortened alike."""


def done(page) -> list[str]:
    return [re.sub(r"\d\d\.\d\d WITA$", "", row) for row in page.locator(".ladder .done").all_text_contents()]


def test_every_step_of_the_room_comes_to_the_phone_with_its_time(page, room):
    report = room.follow(page, "fire")
    expect(page.get_by_role("heading", name=f"Laporan {report['number']}")).to_be_visible()
    steps = (
        ("Dibuka operator", lambda: room.open(report)),
        ("Diteruskan ke Damkar, Polres", lambda: room.forward(report, "damkar", "polres")),
        ("Damkar menerima tugas", lambda: room.move(report, "accept", "damkar")),
        ("Damkar menuju lokasi", lambda: room.move(report, "en_route", "damkar")),
        ("Damkar tiba di lokasi", lambda: room.move(report, "on_scene", "damkar")),
        ("Selesai, sudah ditangani", lambda: room.close(report)),
    )
    for words, move in steps:
        expect(page.locator(".ladder .ahead").first).to_be_visible()
        move()
        expect(page.locator(".now .strong")).to_have_text(words, timeout=SOON)
        expect(page.locator(".ladder .last")).to_contain_text(re.compile(r"\d\d\.\d\d WITA"))
    assert done(page) == ["Tersimpan di HP ini", "Diterima pusat 112", *(words for words, _ in steps)]
    expect(page.locator(".ladder .ahead")).to_have_count(0)


AT_THE_DOOR = {
    "fire": "Lambaikan tangan agar terlihat.",
    "crime": "Tetap di tempat aman sampai petugas menemui Anda.",
    "riot": "Tetap di tempat aman sampai petugas menemui Anda.",
    "gas_chemical": "Tetap jauh. Ikuti petunjuk petugas.",
}


def test_nobody_who_hides_is_told_to_wave(page, room):
    for kind, words in AT_THE_DOOR.items():
        report, row = room.report_with_row(kind)
        room.open(report)
        room.forward(report, "polres")
        for step in ("accept", "en_route", "on_scene"):
            room.move(report, step, "polres")
        room.show(page, row)
        expect(page.locator(".now p").last).to_have_text(words, timeout=SOON)


def test_nothing_is_said_that_the_server_did_not_record(page, room):
    report = room.follow(page, "flood")
    expect(page.locator(".ladder")).to_be_visible()
    for _ in range(3):
        with page.expect_response(lambda item: report["id"] in item.url):
            pass
    assert done(page) == ["Tersimpan di HP ini", "Diterima pusat 112"]


def test_declined_by_all_says_that_others_are_sought(page, room):
    report = room.follow(page, "wildlife")
    room.open(report)
    room.forward(report, "damkar")
    room.decline(report, "damkar")
    expect(page.locator(".now .strong")).to_have_text("Operator mencari petugas lain", timeout=SOON)
    expect(page.locator(".ladder .ahead").first).to_contain_text("Diteruskan ke petugas")


def test_an_unopened_report_turns_the_screen_into_the_call(page, room):
    report = room.follow(page, "medical")
    expect(page.locator(".ladder")).to_be_visible()
    room.hurry(report, 1)
    call = page.locator(".alarm .call")
    expect(call).to_be_visible(timeout=SOON)
    assert call.get_attribute("href") == "tel:112"
    box = call.bounding_box()
    assert box["height"] >= 176
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    room.open(report)
    expect(page.locator(".alarm")).to_have_count(0, timeout=SOON)


def test_the_call_comes_on_time_even_when_no_answer_comes(page, room):
    report = room.follow(page, "fire")
    room.hurry(report, 6)
    page.reload()
    expect(page.locator(".ladder")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator(".alarm .call")).to_be_visible(timeout=SOON)


def test_without_a_network_the_last_state_is_shown_with_its_time(phone, room):
    page = phone.open()
    report = room.follow(page, "fire")
    room.open(report)
    expect(page.locator(".now .strong")).to_have_text("Dibuka operator", timeout=SOON)
    phone.lose_signal()
    page.reload()
    expect(page.locator(".now .strong")).to_have_text("Dibuka operator")
    expect(page.locator(".old")).to_contain_text(re.compile(r"Ini keadaan \d\d\.\d\d WITA"))
    room.forward(report, "damkar")
    phone.find_signal()
    expect(page.locator(".now .strong")).to_have_text("Diteruskan ke Damkar", timeout=SOON)
    expect(page.locator(".old")).to_have_count(0)


def test_nobody_is_asked_while_nobody_looks(page, room):
    report = room.follow(page, "fire")
    expect(page.locator(".ladder")).to_be_visible()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => globalThis.away, configurable: true}); away = true"
    )
    page.evaluate(LATER, 3000)
    requests.clear()
    page.evaluate(LATER, 9000)
    assert not [url for url in requests if report["id"] in url]
    with page.expect_request(lambda request: report["id"] in request.url):
        page.evaluate("away = false; document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.long
def test_a_slow_network_is_asked_less(page, room):
    """The pause is five times what an answer took: six seconds after an answer of 1.2 seconds, not two."""
    report, row = room.report_with_row("fire")
    address = f"**/api/v1/reports/{report['id']}"
    page.clock.install()
    room.show(page, row)
    expect(page.locator(".ladder .done").first).to_be_visible()
    held, requests = [], []

    def hold_the_first(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(address, hold_the_first)
    with page.expect_request(address):
        page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: held, page=page)
    page.clock.run_for(1200)
    with page.expect_response(address) as slow:
        held[0].continue_()
    slow.value.finished()
    page.locator(".news").wait_for()
    page.on("request", lambda request: requests.append(request.url))
    page.clock.run_for(4000)
    assert not [url for url in requests if report["id"] in url]
    with page.expect_request(address):
        page.clock.run_for(4000)


def test_a_removed_report_leaves_the_phone(page, room):
    report = room.follow(page, "fire")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Hapus dari HP ini").click()
    expect(page.get_by_text("Belum ada laporan di HP ini.")).to_be_visible()
    assert page.evaluate("siaga.database.all('reports')") == []
    assert room.events(report, "received")
