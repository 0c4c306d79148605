"""The shell: languages, offline, updates taken only when agreed, installable, shared photos."""

import json
import shutil
import sqlite3

import pytest

from app.core.secrets import make_secrets
from tests.support.phone import CONTROLLED, Phone
from tests.support.system import free_ports
from tests.support.web import Web

KEPT = """async (wanted) => {
  const kept = () => globalThis.siaga?.database.get('settings', 'lang');
  while ((await kept())?.value !== wanted) await new Promise((go) => setTimeout(go, 20));
}"""


def kept_language(page, language):
    """Wait until the phone has written down which language was chosen."""
    page.evaluate(KEPT, language)


def test_the_phone_chooses_the_language_and_the_person_may_change_it(web, new_context):
    page = new_context(locale="en-GB").new_page()
    page.goto(web.url)
    page.get_by_role("link", name="Call 112").wait_for()
    page.get_by_role("link", name="Indonesia").tap()
    page.get_by_role("link", name="Telepon 112").wait_for()
    kept_language(page, "id")
    page.goto(web.url + "/lapor?kind=fire")
    page.get_by_role("heading", name="Di mana kejadiannya?").wait_for()


@pytest.mark.long
def test_the_chosen_language_stays_without_network(phone):
    page = phone.open()
    phone.lose_signal()
    page.get_by_role("link", name="English").tap()
    page.get_by_role("link", name="Call 112").wait_for()
    kept_language(page, "en")
    page.wait_for_url(phone.url + "/")
    page.goto(phone.url + "/lapor?kind=fire")
    page.get_by_role("heading", name="Where is it happening?").wait_for()


def test_every_screen_opens_without_network(phone):
    page = phone.open()
    phone.lose_signal()
    for path in ("/", "/lapor", "/lapor?kind=fire", "/laporan", "/nomor", "/pasang"):
        page.goto(phone.url + path)
        page.locator("main h1").wait_for()
        assert page.get_by_text("Halaman ini belum tersimpan").count() == 0, path
        assert page.locator("a[href='tel:112']").first.is_visible(), path


@pytest.fixture
def second_web(sqlite_template, tmp_path):
    """A web process of this test alone, which it may change and start again."""
    data = tmp_path / "instance"
    make_secrets(data)
    shutil.copyfile(sqlite_template, data / "siaga.sqlite3")
    made = Web(data, free_ports()).start()
    yield made
    made.stop()


def test_a_new_version_waits_until_the_person_agrees(second_web, playwright, tmp_path):
    phone = Phone(playwright, str(tmp_path / "profile"), second_web.url).switch_on()
    phone.open()
    second_web.stop()
    with sqlite3.connect(second_web.data / "siaga.sqlite3") as database:
        database.execute("UPDATE directory_number SET phone = '1299' WHERE code = 'sapa'")
    second_web.start()
    page = phone.open("/lapor?kind=fire")
    page.evaluate("navigator.serviceWorker.ready.then((found) => found.update())")
    page.evaluate(
        """async () => {
          const found = await navigator.serviceWorker.ready;
          while (!found.waiting) await new Promise((go) => setTimeout(go, 20));
        }"""
    )
    assert not page.get_by_text("Versi baru siap").count(), "never in the middle of a report"
    page.goto(second_web.url)
    page.get_by_text("Versi baru siap").wait_for()
    assert page.locator("#quiet a[href='tel:129']").count()
    page.get_by_role("button", name="Perbarui").tap()
    page.locator("#quiet a[href='tel:1299']").wait_for(state="attached")
    phone.switch_off()


def test_the_browser_finds_it_installable(web, new_context):
    page = new_context().new_page()
    page.goto(web.url)
    cdp = page.context.new_cdp_session(page)
    found = cdp.send("Page.getAppManifest")
    assert not found["errors"]
    manifest = json.loads(found["data"])
    assert [entry["name"] for entry in manifest["shortcuts"]] == ["Telepon 112", "Lapor"]
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert page.request.get(web.url + icon["src"]).ok
    faults = cdp.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {fault["errorId"] for fault in faults} <= {"in-incognito"}


@pytest.mark.long
def test_a_shared_photo_waits_for_the_next_report(phone):
    page = phone.open()
    page.evaluate(
        """async () => {
          const canvas = new OffscreenCanvas(64, 48);
          canvas.getContext('2d').fillRect(0, 0, 64, 48);
          const form = new FormData();
          const jpeg = { type: 'image/jpeg' };
          form.append('photos', new File([await canvas.convertToBlob(jpeg)], 'a.jpg', jpeg));
          await fetch('/bagikan', { method: 'POST', body: form });
        }"""
    )
    page.goto(phone.url + "/lapor?kind=fire")
    page.get_by_role("button", name="Lanjut").tap()
    page.locator(".photos img").wait_for()
    assert [row["owner"] for row in page.evaluate("siaga.database.all('photos')")] == [
        page.evaluate("history.state.draft")
    ]


def test_a_page_that_the_worker_missed_is_taken_over_at_its_word(phone):
    """As a page that loads while the first worker takes over: loaded past it, then served by it without a new load."""
    page = phone.open()
    cdp = page.context.new_cdp_session(page)
    with page.expect_event("load"):
        cdp.send("Page.reload", {"ignoreCache": True})
    page.evaluate(CONTROLLED)
    phone.lose_signal()
    assert page.evaluate("fetch('/api/v1/city').then((answer) => answer.ok)")
