"""*Nomor lain* and *Laporan saya*: both are there without a network."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.agencies.models import DirectoryNumber
from tests.support.phone import wait_for

SOON = 30_000


def test_every_number_can_be_dialled(page, web):
    page.goto(f"{web.url}/nomor")
    police = page.get_by_role("link", name="Polisi 110")
    expect(police).to_be_visible()
    assert police.get_attribute("href") == "tel:110"
    chat = page.get_by_role("link", name="SAPA 129 lewat WhatsApp")
    assert chat.get_attribute("href") == "https://wa.me/628111129129"
    expect(chat).to_contain_text("+62 811-1129-129")
    expect(page.locator("main a[href='tel:112']")).to_have_count(1)


@pytest.mark.long
def test_an_administrator_changes_a_number(page, web, room):
    def write(phone):
        with room.database.write() as session:
            session.execute(update(DirectoryNumber).where(DirectoryNumber.code == "bpbd").values(phone=phone))

    write("+62548112112")
    try:
        expect_number(page, web, "+62 548-1121-12")
    finally:
        write("+6282252278609")


def expect_number(page, web, spoken):
    def says():
        page.goto(f"{web.url}/nomor")
        return spoken in page.get_by_role("link", name="BPBD Bontang").inner_text()

    wait_for(says, every=1.0)


def test_the_numbers_are_there_without_a_network(phone):
    page = phone.open("/nomor")
    expect(page.get_by_role("link", name="Polisi 110")).to_be_visible()
    phone.lose_signal()
    page.goto(f"{phone.url}/nomor")
    expect(page.get_by_role("link", name="Polisi 110")).to_be_visible()


@pytest.mark.long
def test_own_reports_show_how_far_they_are(page, room):
    report = room.follow(page, "flood", path="/laporan")
    row = page.get_by_role("link", name="Banjir")
    expect(row).to_contain_text(report["number"])
    expect(row).to_contain_text("Diterima pusat 112")
    room.open(report)
    page.reload()
    expect(row).to_contain_text("Dibuka operator", timeout=SOON)
    row.click()
    expect(page.locator(".ladder .last")).to_contain_text("Dibuka operator")


def test_own_reports_are_there_without_a_network(phone, room):
    page = phone.open()
    report = room.follow(page, "fire", path="/laporan")
    phone.lose_signal()
    page.reload()
    expect(page.get_by_role("link", name="Kebakaran")).to_contain_text(report["number"])


@pytest.mark.long
def test_a_report_that_waits_is_listed_as_waiting(phone):
    page = phone.open()
    phone.lose_signal()
    page.get_by_role("link", name="Kecelakaan").tap()
    page.get_by_role("button", name="Kirim sekarang").tap()
    page.get_by_text("Menunggu sinyal").first.wait_for()
    page.goto(f"{phone.url}/laporan")
    expect(page.get_by_role("link", name="Kecelakaan")).to_contain_text("Menunggu sinyal")
