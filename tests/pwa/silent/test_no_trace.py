"""The tile *Kekerasan di rumah*: help in three taps, and no trace that it was tapped."""

import pytest
from playwright.sync_api import expect

from tests.support.axe import LOCALES
from tests.support.phone import wait_for
from tests.support.silent_flow import NOISE, WALK, loaded, open_tile, put_away, traces, walk


def test_it_offers_help_the_call_and_the_line_for_women_and_children(home):
    page = open_tile(home)
    calls = page.locator("#hush .calls a")
    assert [link.get_attribute("href") for link in calls.all()] == ["tel:112", "tel:129"]
    assert all(link.is_visible() for link in calls.all())
    assert page.locator("#hush .help").bounding_box()["height"] >= 96


@pytest.mark.parametrize("spoken", LOCALES)
def test_the_first_step_says_what_no_page_can_prevent(home_in, spoken):
    """S24: spyware, recording, keyboard, call list, app switcher, in at most 60 words."""
    page = open_tile(home_in(spoken))
    shown = page.locator("#hush .honest").inner_text()
    assert len(shown.split()) <= 60
    named = {
        "id-ID": ("mata-mata", "rekaman layar", "papan ketik", "daftar panggilan", "daftar aplikasi"),
        "en-GB": ("spyware", "screen recording", "keyboard", "call list", "app list"),
    }
    assert all(word in shown for word in named[spoken])


def test_tapping_it_leaves_no_trace_and_asks_for_nothing_but_the_citys_facts(refuge, used_phone):
    """S2: the address, the title and the history stay; what a fire's first tap asks for is asked for, no more."""
    page = used_phone.open()
    loaded(page)
    before, requests = traces(page), []
    page.on("request", lambda request: requests.append(request.url.removeprefix(refuge.url)))
    open_tile(page)
    for _ in walk(page):
        assert traces(page) == before
    assert traces(page) == before
    page.evaluate("() => new Promise((go) => requestIdleCallback(go))")
    assert set(requests) <= {"/api/v1/city"}
    assert not page.evaluate("siaga.database.all('drafts')")
    assert not page.evaluate("siaga.database.all('outbox')")
    page.locator("#hush .plain").last.tap()
    page.get_by_role("link", name="Kebakaran").wait_for()
    assert traces(page) == before
    assert page.locator("#quiet").get_attribute("open") is None


def test_nothing_sounds_shakes_or_is_announced(home):
    """S5: what a screen reader hears on its own is one neutral word."""
    loaded(home)
    home.evaluate(NOISE)
    assert home.evaluate(WALK) == [[], ["Diperbarui"]]


def test_coming_back_to_the_page_finds_it_closed(home):
    page = open_tile(home)
    page.goto("about:blank")
    page.go_back()
    page.get_by_role("link", name="Kebakaran").wait_for()
    assert not page.locator("#hush").count()


@pytest.mark.parametrize("path", ["/lapor?kind=violence_home", "/lapor"])
def test_no_address_of_the_report_form_begins_it(refuge, home, path):
    home.goto(refuge.url + path)
    home.get_by_role("heading", name="Apa yang terjadi?").wait_for()
    assert not home.get_by_text("Kekerasan di rumah").count()


def test_it_works_without_script(refuge, new_context):
    """The calls, and *Keluar cepat* as a plain link."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto(refuge.url)
    page.get_by_text("Kekerasan di rumah").tap()
    assert page.locator("#quiet a[href='tel:112']").is_visible()
    page.get_by_role("link", name="Keluar cepat").tap()
    page.wait_for_url("**/pasang")


def test_without_script_the_way_out_is_above_everything(refuge, new_context):
    page = new_context(java_script_enabled=False, viewport={"width": 320, "height": 568}).new_page()
    page.goto(refuge.url)
    page.locator("#quiet summary").tap()
    box = page.locator("#quiet a[href='/pasang']").bounding_box()
    assert (box["y"], box["width"]) == (0, 320)
    assert box["height"] >= 48
    page.touchscreen.tap(160, 20)
    page.wait_for_url("**/pasang")


def test_every_control_asks_the_browser_to_remember_nothing(home):
    page = open_tile(home)
    for _ in walk(page):
        controls = page.locator("#hush :is(input, select, textarea)")
        assert {control.get_attribute("autocomplete") for control in controls.all()} <= {"off"}
        assert not page.locator("#hush form, #hush [name]:not([type=radio])").count()


def test_what_waits_is_shown_nowhere_and_leaves_by_itself(used_phone):
    """The row on the disk is a key and ciphertext of the size of any other; home and *Laporan saya* know nothing."""
    phone, page = used_phone, used_phone.open()
    phone.lose_signal()
    open_tile(page)
    page.locator("#hush .place").get_by_text("Lokasi HP siap").wait_for()
    page.locator("#hush .help").tap()
    page.get_by_text("Belum terkirim").wait_for()
    assert not page.get_by_text("Terkirim").filter(has_text="WITA").count()
    put_away(page)
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_role("button", name="Kirim sekarang").tap()
    page.get_by_text("Menunggu sinyal").wait_for()
    rows = page.evaluate(
        """siaga.database.all('outbox').then((rows) => rows.map((row) =>
          [Object.keys(row).sort().join(), row.key.length, row.iv.length, row.sealed.byteLength]))"""
    )
    assert len(rows) == 2
    assert rows[0] == rows[1] == ["iv,key,sealed", 36, 12, 20480 + 16]
    page.goto(phone.url)
    expect(page.locator("#notices .notice")).to_have_count(1)
    page.goto(phone.url + "/laporan")
    expect(page.locator(".mine .row")).to_have_count(1)
    phone.find_signal()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: page.evaluate("siaga.database.all('outbox').then((rows) => rows.length === 0)"))
    assert [row["kind"] for row in page.evaluate("siaga.database.all('reports')")] == ["fire"]


def test_where_nothing_is_sent_with_the_page_closed_the_screen_says_so(used_phone):
    """iPhones and Firefox have no Background Sync: what waits leaves when the app is open again."""
    used_phone.page.add_init_script("delete globalThis.SyncManager")
    page = used_phone.open()
    loaded(page)
    open_tile(page)
    used_phone.lose_signal()
    page.locator("#hush .help").tap()
    page.locator("#hush").get_by_text("Kalau sudah keluar, buka lagi").wait_for(timeout=30_000)
