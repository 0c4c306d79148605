"""A survivor's phone at one end, the counsellor's pages at the other: sealed by one, opened by the other."""

import json
import random
import re
import urllib.request

import pytest
from sqlalchemy import select

from app.silent.crypto.published_rosters import newest
from app.silent.models import SilentCase
from tests.support.phone import wait_for
from tests.support.silent_flow import brisk, open_tile, put_away

pytestmark = pytest.mark.engine("sqlite")


def ask_for_help(phone):
    """Ask for help without a word; return the receipt's digits."""
    open_tile(phone)
    phone.locator("#hush .help").tap()
    phone.locator("#hush .state h1").filter(has_text=re.compile("^Terkirim")).wait_for()
    digits = "".join(phone.locator("#hush .code").inner_text().split())
    put_away(phone)
    return digits


def enter(phone, digits):
    """Open the case with the receipt."""
    open_tile(phone)
    phone.locator("#hush .rows .row").nth(1).tap()
    phone.locator("#hush .field input").fill(digits)
    phone.locator("#hush .button").first.tap()


def told_to_phones(url):
    """Return the payload of the roster that phones are told; the server tells the same for half a minute."""
    with urllib.request.urlopen(f"{url}/api/v1/city") as answer:
        return json.load(answer)["roster"]["payload"]


def newest_roster(counsel):
    with counsel.database.read() as session:
        return newest(session).payload


def test_what_she_writes_is_read_and_what_is_answered_reaches_her(ready, running_counsel, house, new_context):
    page, _ = ready()
    wait_for(lambda: told_to_phones(house.url) == newest_roster(running_counsel), every=0.5)
    phone = brisk(new_context(service_workers="block").new_page())
    phone.goto(house.url)
    digits = ask_for_help(phone)
    enter(phone, digits)
    phone.get_by_label("Tulis pesan").fill("Saya di kamar mandi")
    phone.get_by_role("button", name="Kirim pesan").tap()
    phone.locator("#hush .thread .mine").wait_for()
    evidence = random.Random(112).randbytes(300_000)
    phone.locator("#evidence").set_input_files(
        {"name": "rekaman.m4a", "mimeType": "audio/mp4", "buffer": evidence}
    )
    phone.get_by_text("Terkirim utuh").wait_for(timeout=30_000)

    with running_counsel.database.read() as session:
        latest = select(SilentCase.id).order_by(SilentCase.received_at.desc()).limit(1)
        case_id = session.scalars(latest).one()
    page.locator(f"a[href$='{case_id}']").click(timeout=30_000)
    page.get_by_role("button", name="Dampingi kasus ini").click()
    page.get_by_role("button", name="Buka pesan (1)").click()
    page.locator("#talk li", has_text="Saya di kamar mandi").wait_for()
    page.get_by_role("button", name="Buka lampiran").click()
    page.locator("#files .done", has_text="Sama persis").wait_for()
    with page.expect_download() as download:
        page.locator("#files a[download]").click()
    assert download.value.suggested_filename == "rekaman.m4a"
    assert download.value.path().read_bytes() == evidence
    page.locator("#answer").fill("Kami segera datang")
    page.get_by_role("button", name="Kirim balasan").click()
    page.locator("#talk li", has_text="Kami segera datang").wait_for()
    page.reload()
    counted = re.search(r"dilihat atau dibuka (\d+) kali", page.locator("#view").inner_text())[1]

    phone.locator("#hush .plain").last.tap()
    enter(phone, digits)
    phone.locator("#hush .thread p", has_text="Kami segera datang").wait_for()
    phone.get_by_text(f"Dibuka {counted} kali").tap()
    assert phone.locator("#hush .views li").count() == int(counted)
