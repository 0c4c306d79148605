"""Photos get small on the phone, wait for their report, and go on where a dropped connection left them."""

import io
import re
from base64 import b64encode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.phone import WAITING, draft_id, found_place, left_to_the_browser, sent, wait_for

SOON = 60_000
RESTING = "SELECT state, received_bytes, bytes, sha256 FROM media WHERE report_id = ?"


def picture(width: int = 4000, height: int = 3000, *, turned: bool = False, noise: int = 60) -> bytes:
    """A photo as a phone makes it; `turned`: the camera was held upright and only the note in the file says so."""
    rng = np.random.default_rng(112)
    small = rng.integers(0, 255, (max(1, height // noise), max(1, width // noise), 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x010F] = "Telepon"
    if turned:
        exif[0x0112] = 6
    out = io.BytesIO()
    Image.fromarray(small).resize((width, height)).save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def choose(page, *files: bytes, name: str = "foto.jpg", kind: str = "image/jpeg") -> None:
    chosen = [{"name": name, "mimeType": kind, "buffer": body} for body in files]
    page.locator("input[type=file]").set_input_files(chosen)


FREED = "async () => (await siaga.database.all('photos')).every((row) => !row.blob.size)"
KEPT = """async () => Promise.all((await siaga.database.all('photos')).map(async (row) => ({
  ...row, blob: undefined, thumb: undefined, size: row.blob.size,
  bytes64: btoa(String.fromCharCode(...new Uint8Array(await row.blob.slice(0, 65536).arrayBuffer()))),
  sha256: Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', await row.blob.arrayBuffer())),
    (one) => one.toString(16).padStart(2, '0')).join('')})))"""


def details(web, page):
    page.goto(f"{web.url}/lapor?kind=fire")
    found_place(page)
    page.get_by_role("button", name="Lanjut").tap()


@pytest.mark.parametrize(
    ("turned", "shape"), [pytest.param(False, (1600, 1200), marks=pytest.mark.long), (True, (1200, 1600))]
)
def test_a_photo_gets_small_upright_and_nameless_on_the_phone(web, page, turned, shape):
    details(web, page)
    whole = picture(turned=turned)
    choose(page, whole)
    expect(page.locator(".photos li")).to_contain_text("Tersimpan di HP", timeout=SOON)
    (row,) = page.evaluate(KEPT)
    assert (row["width"], row["height"]) == shape
    assert row["type"] == "image/jpeg"
    assert row["size"] < len(whole) / 3
    assert "Telepon" not in str(row["bytes64"])


@pytest.mark.long
def test_a_small_photo_is_not_blown_up(web, page):
    details(web, page)
    choose(page, picture(640, 480))
    expect(page.locator(".photos li")).to_be_visible(timeout=SOON)
    (row,) = page.evaluate(KEPT)
    assert (row["width"], row["height"]) == (640, 480)


def test_what_is_no_picture_is_said_and_not_kept(web, page):
    details(web, page)
    choose(page, b"%PDF-1.7 nothing", name="surat.jpg", kind="text/plain")
    expect(page.get_by_text("Foto itu tidak bisa dibaca HP ini.")).to_be_visible()
    assert page.evaluate(KEPT) == []


def test_a_photo_can_be_taken_back_before_sending(web, page):
    details(web, page)
    choose(page, picture(800, 600), picture(600, 800))
    expect(page.locator(".photos li")).to_have_count(2, timeout=SOON)
    page.get_by_role("button", name="Hapus foto").first.tap()
    expect(page.locator(".photos li")).to_have_count(1)
    assert len(page.evaluate(KEPT)) == 1


@pytest.mark.long
def test_photos_follow_their_report(web, page):
    details(web, page)
    choose(page, picture(), picture(1200, 1600))
    expect(page.locator(".photos li")).to_have_count(2, timeout=SOON)
    digests = {row["sha256"] for row in page.evaluate(KEPT)}
    page.get_by_role("button", name="Kirim laporan").tap()
    report = sent(page)
    expect(page.locator(".photos")).to_contain_text("Foto terkirim", timeout=SOON)
    wait_for(lambda: len(web.rows(f"{RESTING} AND state <> 'uploading'", report)) == 2, 60)
    assert {row["sha256"] for row in web.rows(RESTING, report)} == digests
    wait_for(lambda: page.evaluate(FREED))  # the phone gives the room back once the server has them


def test_an_upload_goes_on_where_the_connection_dropped(web, new_context, room):
    page = new_context(service_workers="block").new_page()  # so that the page itself takes it up again
    filed = room.follow(page, "fire")
    expect(page.locator(".ladder")).to_be_visible()
    offsets, heads = [], []

    def drop_the_third_piece(route):
        if route.request.method == "HEAD":
            heads.append(route.request.url)
        if route.request.method == "PATCH":
            offsets.append(int(route.request.headers["upload-offset"]))
            if len(offsets) == 3:
                return route.abort("connectionreset")
        return route.continue_()

    page.route("**/media/*", drop_the_third_piece)
    choose(page, picture(1600, 1200, noise=2))
    expect(page.locator(".photos")).to_contain_text("Foto terkirim", timeout=80_000)
    (row,) = web.rows(RESTING, filed["id"])
    assert row["received_bytes"] == row["bytes"] > 400_000
    assert offsets[3] == offsets[2] > offsets[1] > offsets[0] == 0
    assert heads
    assert len(set(offsets)) == len(offsets) - 1


@pytest.mark.long
def test_an_upload_survives_a_killed_browser_and_says_how_far_it_is(web, kept_phone, room):
    page = kept_phone.open()
    filed = room.follow(page, "fire")
    expect(page.locator(".ladder")).to_be_visible()
    crawl = {"offline": False, "latency": 300, "downloadThroughput": 60_000, "uploadThroughput": 40_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", crawl)
    choose(page, picture(1600, 1200, noise=2))
    expect(page.locator(".photos")).to_contain_text(
        re.compile(r"[1-9]\d* dari \d+ KB terkirim"), timeout=SOON
    )
    (row,) = page.evaluate(KEPT)
    kept_phone.kill()
    (before,) = web.rows("SELECT id, state FROM media WHERE report_id = ?", filed["id"])
    assert before["state"] == "uploading"
    kept_phone.switch_on()
    kept_phone.open("/")
    wait_for(lambda: web.rows(f"{RESTING} AND state <> 'uploading'", filed["id"]), 80)
    (after,) = web.rows(RESTING, filed["id"])
    assert (after["sha256"], after["received_bytes"]) == (row["sha256"], row["size"])


def test_report_and_photo_leave_by_themselves_with_the_page_closed(web, kept_phone):
    page = kept_phone.open()
    kept_phone.lose_signal()
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_role("button", name="Lanjut").tap()
    choose(page, picture(1600, 1200))
    expect(page.locator(".photos li")).to_contain_text("Tersimpan di HP", timeout=SOON)
    key = draft_id(page)
    page.get_by_role("button", name="Kirim laporan").tap()
    page.get_by_text(WAITING).wait_for()
    left_to_the_browser(page)
    page.goto("about:blank")
    kept_phone.find_signal()
    report = wait_for(lambda: web.report(key))["id"]
    wait_for(lambda: web.rows(f"{RESTING} AND state <> 'uploading'", report), 60)


def test_a_photo_shared_from_another_app_joins_the_next_report(web, page):
    page.goto(web.url)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    body = b64encode(picture(2000, 1500)).decode()
    page.evaluate(
        """async (text) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const form = new FormData();
          form.append('photos', new File([bytes], 'a.jpg', {type: 'image/jpeg'}));
          await fetch('/bagikan', {method: 'POST', body: form});
        }""",
        body,
    )
    details(web, page)
    expect(page.locator(".photos li")).to_contain_text("Tersimpan di HP", timeout=SOON)
    (row,) = page.evaluate(KEPT)
    assert (row["width"], row["owner"]) == (1600, draft_id(page))
