"""From step to step with trembling hands: nothing is skipped by a second tap, nothing told is lost by going back."""

import re

import pytest

from app.core.clock import now
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.models import SilentCase
from tests.support.phone import wait_for
from tests.support.silent_flow import open_tile, open_tile_with_places, settled, step

SENT = re.compile(r"^Terkirim \d\d\.\d\d WITA$")


def twice(page, button):
    """Tap a button as a trembling finger does: again at the same place, a moment later."""
    button.scroll_into_view_if_needed()
    button.tap(trial=True)
    box = button.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(x, y)
    page.touchscreen.tap(x, y)
    page.touchscreen.tap(x, y)


def is_sent(page):
    page.locator("#hush .state h1").filter(has_text=SENT).wait_for()


def opened(refuge, case):
    """Let the room open a case: nobody is told then that it was not opened in time."""
    with refuge.database.write() as session:
        session.get_one(SilentCase, case.id).state = "opened"
        append_log_entries(session, NewLogEntry(name="opened", at=now(), actor="staff", case_id=case.id))


@pytest.mark.usefixtures("no_place")
def test_a_second_tap_on_help_chooses_no_place_and_sends_nothing_yet(refuge, other_tab):
    page = other_tab
    page.goto(refuge.url)
    open_tile_with_places(page)
    before = len(refuge.cases())
    twice(page, page.locator("#hush .help"))
    page.get_by_text("Anda di mana?").wait_for()
    settled(page)
    assert page.get_by_text("Anda di mana?").is_visible()
    boxes = [
        page.get_by_role("button", name=name).bounding_box()["y"]
        for name in ("Guntung", "Kirim tanpa lokasi")
    ]
    assert boxes == sorted(boxes), "without a place comes after the places"
    twice(page, page.get_by_role("button", name="Guntung"))
    is_sent(page)
    case = wait_for(lambda: refuge.cases()[before:])[0]
    assert refuge.block(case).kelurahan == "64.74.01.1004"


def test_a_second_tap_on_next_skips_no_step_of_a_silent_report(refuge, other_tab):
    page = other_tab
    page.goto(refuge.url)
    open_tile(page)
    step(page, "danger")
    twice(page, page.locator("#hush .actions .quiet"))
    page.get_by_text("Bagaimana kami datang?").wait_for()
    settled(page)
    assert page.get_by_text("Bagaimana kami datang?").is_visible()


def test_a_second_tap_on_next_does_not_send_an_ordinary_report(refuge, other_tab):
    page = other_tab
    page.goto(refuge.url)
    twice(page, page.get_by_role("link", name="Kebakaran"))
    page.get_by_text("Lokasi ditemukan").wait_for()
    twice(page, page.get_by_role("button", name="Lanjut"))
    page.get_by_label("Ceritakan").wait_for()
    page.get_by_role("button", name="Kirim laporan").tap(trial=True)
    assert page.get_by_label("Ceritakan").is_visible()
    assert not page.evaluate("siaga.database.all('outbox')")
    assert not page.evaluate("siaga.database.all('reports')")


def test_going_back_from_the_case_code_finds_her_answers(home):
    page = open_tile(home)
    step(page, "danger")
    page.locator("#hush fieldset").nth(1).locator("[value=yes]").check(force=True)
    page.locator("#hush .plain").last.tap()
    page.locator("#hush .rows .row").nth(1).tap()
    page.locator("#hush .field input").wait_for()
    page.locator("#hush .plain").last.tap()
    page.locator("#hush .help").wait_for()
    step(page, "danger")
    assert page.locator("#hush fieldset").nth(1).locator("[value=yes]").is_checked()


def test_the_case_code_is_asked_after_once_and_seen_again_from_the_case(refuge, home):
    page = open_tile(home)
    page.locator("#hush .place").get_by_text("siap").wait_for()
    before = len(refuge.cases())
    page.locator("#hush .help").tap()
    is_sent(page)
    opened(refuge, wait_for(lambda: refuge.cases()[before:])[0])
    code = page.locator("#hush .code").inner_text()
    page.get_by_role("button", name="Tambah cerita").tap()
    page.get_by_text("Kode kasus sudah dicatat?").wait_for()
    assert page.locator("#hush .code").inner_text() == code
    page.get_by_role("button", name="Belum, kembali").tap()
    is_sent(page)
    page.locator("#hush .rows > .plain").tap()
    page.get_by_role("button", name="Belum, kembali").tap()
    is_sent(page)
    page.get_by_role("button", name="Tambah cerita").tap()
    page.get_by_role("button", name="Sudah, lanjut").tap()
    page.locator("#hush h1", has_text="Dibuka operator").wait_for()
    page.get_by_role("button", name="Lihat kode kasus").tap()
    assert page.locator("#hush .code").inner_text() == code
    page.get_by_role("button", name="Kembali").tap()
    page.locator("#hush h1", has_text="Dibuka operator").wait_for()
    page.get_by_role("button", name="Kembali").tap()
    is_sent(page)
    page.locator("#hush .rows > .plain").tap()
    page.locator("#hush").wait_for(state="detached")
