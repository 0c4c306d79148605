"""Without a network nothing is lost, nothing is sent twice, and "Terkirim" is said only after the answer."""

import re
from urllib.parse import unquote

import pytest
from openlocationcode import openlocationcode

from tests.support.chromium import hurry
from tests.support.phone import HERE, WAITING, draft_id, found_place, left_to_the_browser, sent, wait_for


def write_report(phone, kind="Kebakaran"):
    page = phone.page
    page.get_by_role("link", name=kind).tap()
    found_place(page)
    page.get_by_role("button", name="Lanjut").tap()
    key = draft_id(page)
    page.get_by_role("button", name="Kirim laporan").tap()
    page.get_by_text(WAITING).wait_for()
    return key


def test_a_report_without_signal_leaves_by_itself_with_the_page_closed(web, kept_phone):
    kept_phone.open()
    kept_phone.lose_signal()
    kept_phone.page.reload()
    key = write_report(kept_phone)
    assert not kept_phone.page.get_by_text(re.compile(r"Terkirim \d\d\.\d\d")).count()
    left_to_the_browser(kept_phone.page)
    kept_phone.page.goto("about:blank")
    kept_phone.find_signal()
    row = wait_for(lambda: web.report(key))
    assert row["kind"] == "fire"


def test_a_report_survives_the_killed_browser_and_is_stored_once(web, kept_phone):
    kept_phone.open()
    kept_phone.lose_signal()
    key = write_report(kept_phone)
    left_to_the_browser(kept_phone.page)
    kept_phone.kill()
    kept_phone.switch_on()
    wait_for(lambda: web.report(key))
    page = kept_phone.open(f"/laporan/{key}")
    page.locator(".ladder").wait_for()
    assert len(web.rows("SELECT 1 FROM report WHERE key = ?", key)) == 1
    assert not page.evaluate("siaga.database.all('outbox')")


@pytest.mark.long
def test_two_pages_and_the_worker_send_one_report_once(web, phone):
    phone.open()
    second = phone.context.new_page()
    second.goto(web.url)
    phone.lose_signal()
    key = write_report(phone)
    before = len(web.rows("SELECT 1 FROM report"))
    phone.find_signal()
    for page in (phone.page, second):
        page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: web.report(key))
    sent(phone.page)
    assert len(web.rows("SELECT 1 FROM report")) == before + 1


def test_the_waiting_screen_turns_into_the_sent_report(web, phone):
    phone.open()
    phone.lose_signal()
    key = write_report(phone)
    phone.find_signal()
    report = sent(phone.page)
    assert web.report(key)["id"] == report


def test_home_says_what_waits(phone):
    phone.open()
    phone.lose_signal()
    write_report(phone)
    phone.page.get_by_role("link", name="Kembali").tap()
    phone.page.wait_for_url("**/laporan/*")
    phone.page.go_back()
    phone.page.goto(phone.url + "/")
    phone.page.get_by_text(WAITING).wait_for()
    phone.page.get_by_role("link", name="Lihat").tap()
    phone.page.get_by_role("link", name="Telepon 112").last.wait_for()


@pytest.mark.long
def test_a_server_that_is_away_keeps_the_report_waiting(web, phone):
    phone.page.clock.install()
    page = phone.open()
    web.stop()
    try:
        page.get_by_role("link", name="Kecelakaan").tap()
        page.get_by_role("button", name="Kirim sekarang").tap()
        page.get_by_text(WAITING).wait_for()
        page.clock.run_for(9000)
        page.get_by_text("Belum terkirim. Telepon 112 atau kirim SMS.").wait_for()
        key = page.evaluate("siaga.database.all('outbox').then((rows) => rows[0].key)")
    finally:
        web.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    sent(page)
    assert web.report(key)["kind"] == "accident"


def test_call_and_sms_are_offered_while_it_waits(phone):
    hurry(phone.page)
    page = phone.open()
    phone.lose_signal()
    key = write_report(phone)
    assert page.locator("main a.call").get_attribute("href") == "tel:112"
    link = page.get_by_role("link", name="Kirim SMS").get_attribute("href")
    place = openlocationcode.encode(HERE["latitude"], HERE["longitude"])
    short = key.replace("-", "")[-6:].upper()
    assert re.fullmatch(rf"sms:112\?body=SIAGA112 KEBAKARAN {re.escape(place)} {short} \w", unquote(link))


def test_a_report_the_server_cannot_read_goes_out_smaller_rather_than_not(web, phone):
    page = phone.open()
    key = page.evaluate(
        """async () => {
          const key = siaga.uuid();
          const report = { kind: 'flood', description: 'Air naik', location: { source: 'moon' }, answers: { a: 1 } };
          await siaga.outbox.add(report, { key, kind: 'flood', location: null });
          await siaga.outbox.flush();
          return key;
        }"""
    )
    found = page.evaluate("siaga.database.all('reports')")
    assert [row["draft_id"] for row in found] == [key]
    row = web.rows("SELECT * FROM report WHERE id = ?", found[0]["id"])[0]
    assert (row["kind"], row["description"]) == ("flood", "Air naik")
