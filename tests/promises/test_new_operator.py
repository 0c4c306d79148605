"""A new operator's first shift on a whole system: sign in, begin, work ten mixed reports, hand over. No manual."""

import json
import re
import urllib.request

import pytest

from app.core.ids import new_id
from tests.support.console import DESK_SCREEN
from tests.support.dispatchers import KEEP

pytestmark = [pytest.mark.engine("sqlite"), pytest.mark.long]
HERE = {"lat": 0.1331, "lon": 117.4902, "accuracy_m": 12, "source": "gps"}
CORNER = {**HERE, "lat": 0.1332, "lon": 117.4903}
BEYOND = {**HERE, "lat": 0.52, "lon": 117.55}
TOLD = {
    "blaze": ("fire", HERE, "Api di dapur, dua rumah"),
    "twin": ("fire", CORNER, "Kebakaran rumah, asap hitam"),
    "joke": ("other", None, "tes tes"),
    "beyond": ("flood", BEYOND, "Banjir di jalan poros"),
    "mute": ("medical", {**HERE, "lat": 0.1502}, "Bapak pingsan"),
    "crash": ("accident", {**HERE, "lat": 0.1165}, "Dua motor bertabrakan"),
    "snake": ("wildlife", {**HERE, "lon": 117.4545}, "Ular di dapur"),
    "tree": ("tree_down", {**HERE, "lat": 0.1092}, "Pohon menutup jalan"),
    "where": ("other", None, "Di mana apotek buka malam?"),
}
"""Nine that come by the app; the tenth comes by telephone."""


def send_report(url: str, name: str) -> dict:
    kind, where, words = TOLD[name]
    body = {"kind": kind, "description": words} | ({"location": where} if where else {})
    headers = {"Content-Type": "application/json", "Idempotency-Key": new_id()}
    request = urllib.request.Request(f"{url}/api/v1/reports", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer) | {"kind": kind}


@pytest.fixture
def sign_in(system, new_context):
    """Return `sign_in(name)`: the first page of somebody who has typed name and password."""

    def enter(name):
        page = new_context(**DESK_SCREEN).new_page()
        page.goto(f"{system.url}/console/masuk")
        page.locator("#name").fill(name)
        page.locator("#password").fill(system.staff[name])
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Nanti saja").click()
        page.wait_for_url("**/console/antrean")
        return page

    return enter


def follow(system, new_context, received):
    """Return the reporter's phone on the page of a report."""
    phone = new_context().new_page()
    phone.goto(f"{system.url}/")
    phone.wait_for_function("() => globalThis.siaga?.outbox")
    row = {
        "id": received["id"],
        "token": received["track_token"],
        "number": received["number"],
        "kind": received["kind"],
    }
    times = {
        "sent_at": received["received_at"],
        "made_at": received["received_at"],
        "track_url": received["track_url"],
    }
    phone.evaluate(KEEP, row | times | {"key": new_id(), "draft_id": new_id()})
    phone.goto(f"{system.url}/laporan/{received['id']}")
    return phone


def row_of(page, number):
    return page.locator(".row-item", has=page.locator(".number", has_text=re.compile(f"^{number}$")))


def open_row(page, number):
    """Look at a report in the queue and take it."""
    page.locator(".top").get_by_role("link", name="Antrean", exact=True).click()
    page.wait_for_url("**/console/antrean")
    row_of(page, number).locator(".row-link").click()
    page.wait_for_url("**/console/kejadian/*")
    page.locator("#live-moves form[action$='/open'] button").click()
    page.locator("#live-head .s-opened").wait_for()


def listens(page):
    """Wait until the page's script hears keys: it shows the button of the help then."""
    page.locator("#help-open").wait_for()


def forward(page, agency):
    """Forward as the form suggests, by keys."""
    listens(page)
    page.keyboard.press("f")
    page.locator("#forward[open] select").wait_for()
    page.locator("#forward[open] button[type=submit]").focus()
    page.keyboard.press("Enter")
    page.locator("#live-assignments", has_text=agency).wait_for()


def close(page, how):
    page.locator("#live-moves summary", has_text="Tutup kejadian").click()
    page.get_by_label(how, exact=True).check()
    page.locator("#live-moves .panel button", has_text="Tutup kejadian").click()
    page.locator("#live-head .s-closed").wait_for()


def test_a_first_shift_from_signing_in_to_handing_over(system, sign_in, new_context):
    page = sign_in("operator1")
    page.get_by_role("button", name="Mulai giliran").click()
    page.locator("#shift").wait_for(state="detached")
    received = {name: send_report(system.url, name) for name in TOLD}
    number = {name: item["number"] for name, item in received.items()}
    for spoken in number.values():
        row_of(page, spoken).wait_for()
    blaze_by_keys(page, number)
    twin_is_merged(page, number)
    one_by_telephone(page)
    beyond_the_city(page, number)
    asked_without_words(page, number, system, new_context, received["mute"])
    the_quick_ones(page, number)
    hand_over(page, number, sign_in)


def blaze_by_keys(page, number):
    row_of(page, number["blaze"]).locator(".row-link").focus()
    page.keyboard.press("a")
    row_of(page, number["blaze"]).locator(".s-opened").wait_for()
    page.keyboard.press("f")
    page.locator("#forward[open] select").wait_for()
    page.locator("#forward[open] button[type=submit]").focus()
    page.keyboard.press("Enter")
    row_of(page, number["blaze"]).locator(".s-forwarded").wait_for()


def twin_is_merged(page, number):
    open_row(page, number["twin"])
    near = page.locator("#live-same li", has_text=number["blaze"])
    near.get_by_role("button", name="Gabungkan").click()
    page.locator("h2", has_text="Laporan (2)").wait_for()


def one_by_telephone(page):
    page.locator(".top").get_by_role("link", name="Telepon", exact=True).click()
    page.wait_for_url("**/console/telepon")
    page.locator("#words").fill("Ibu sesak napas, tidak sadar")
    page.locator("#landmark").fill("Pasar, lorong dua")
    page.locator("#phone").fill("+6281100001")
    page.locator("#kind").select_option("medical")
    page.locator("#call > button").press("Enter")
    page.wait_for_url("**/console/kejadian/*")
    page.locator("#live-reports", has_text="Ibu sesak napas").wait_for()
    opened = page.locator("#live-moves form[action$='/open'] button")
    if page.locator("#live-head .s-received").is_visible():
        opened.click()
        page.locator("#live-head .s-opened").wait_for()
    forward(page, "PSC 119")
    page.locator("#note").fill("Penelepon menunggu di depan lorong")
    page.get_by_role("button", name="Simpan catatan").click()
    page.locator("#live-notes", has_text="depan lorong").wait_for()


def beyond_the_city(page, number):
    open_row(page, number["beyond"])
    page.locator("#live-moves").get_by_role("link", name="Serahkan ke 112 tetangga").click()
    page.get_by_role("heading", name="Serahkan ke 112 tetangga").wait_for()
    card = page.locator("section.form-card").first
    card.get_by_label("Diterima oleh").fill("Petugas jaga")
    card.locator("button:not(.small)").click()
    page.wait_for_url("**/console/kejadian/*")
    page.locator("#live-assignments", has_text="Petugas jaga").wait_for()
    close(page, "Diserahkan ke pihak lain")


def asked_without_words(page, number, system, new_context, received):
    phone = follow(system, new_context, received)
    open_row(page, number["mute"])
    listens(page)
    page.keyboard.press("t")
    page.locator("details.ask-of[open]").wait_for()
    page.keyboard.press("1")
    page.locator("#live-asks .questions").wait_for()
    phone.locator(".ask-choice").first.click()
    page.locator("#live-asks .answer.a-yes").wait_for()
    forward(page, "PSC 119")
    page.keyboard.press("j")
    page.locator("details.ready[open]").wait_for()
    page.keyboard.press("1")
    page.locator("details.ready:not([open])").wait_for()
    page.get_by_role("button", name="Kirim pesan").click()
    page.locator("#live-messages .from-operator").wait_for()


def the_quick_ones(page, number):
    for name, how in (("joke", "Iseng"), ("where", "Informasi")):
        open_row(page, number[name])
        close(page, how)
    for name, agency in (("crash", "Polres"), ("snake", "Damkar"), ("tree", "BPBD")):
        open_row(page, number[name])
        forward(page, agency)
    page.locator("#live-assignments summary").first.click()
    page.locator("#live-assignments .panel button").first.click()
    page.locator("#live-timeline", has_text="Tugas diterima").wait_for()


def hand_over(page, number, sign_in):
    page.locator(".top").get_by_role("link", name="Giliran jaga", exact=True).click()
    page.get_by_text("Anda bertugas sejak").wait_for()
    page.get_by_role("heading", name="Serah terima giliran").wait_for()
    crash = page.locator("section.promise", has_text=number["crash"])
    crash.get_by_label("Yang dijanjikan").fill("Telepon Polres pukul 22.00")
    page.get_by_label("Catatan giliran").fill("Radio dua rusak")
    page.get_by_role("button", name="Tanda tangani dan serahkan").click()
    page.get_by_text("Orang lain harus menandatangani").wait_for()
    successor = sign_in("operator2")
    successor.get_by_role("link", name="Baca dan tanda tangani").click()
    for words in ("Telepon Polres pukul 22.00", "Radio dua rusak", number["crash"]):
        successor.locator("main", has_text=words).wait_for()
    successor.get_by_role("button", name="Saya sudah membaca").click()
    successor.locator(".signed", has_text="operator2").wait_for()
    page.locator(".top").get_by_role("link", name="Giliran jaga", exact=True).click()
    page.get_by_text("Giliran Anda belum dimulai.").wait_for()
    page.locator("section", has_text="Sedang bertugas").locator("li", has_text="operator2").wait_for()
    page.locator(".top").get_by_role("link", name="Antrean", exact=True).click()
    page.wait_for_url("**/console/antrean")
    page.locator("#rows .row-item").first.wait_for()
    assert page.locator("#rows .s-received").count() == 0
