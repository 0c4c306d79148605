"""*Keluar cepat*: above everything in every step, blank at once, and no way back to what was there."""

import re

import pytest

from tests.support.phone import LentPhone, Phone, wait_for
from tests.support.silent_flow import (
    BLANK,
    PAINTED,
    STEPS,
    TOOK,
    brisk,
    loaded,
    nothing_is_left,
    open_tile,
    settled,
    step,
    walk,
    write_and_leave,
)

SMALL = {"width": 320, "height": 568}
ON_TOP = """() => {
  const leave = document.querySelector('#hush .leave');
  const { left, top, width, height } = leave.getBoundingClientRect();
  const points = [[0.5, 0.5], [0.02, 0.1], [0.98, 0.9]].map(([x, y]) => [left + width * x, top + height * y]);
  return height >= 48 && points.every(([x, y]) => leave.contains(document.elementFromPoint(x, y)));
}"""
HELP_AND_LEAVE = """() => {
  for (const css of ['#hush .help', '#hush .leave']) document.querySelector(css).click();
  return document.body.childElementCount;
}"""
STEADY_MS = 700
"""How long the neutral page takes no tap."""
WHERE = (160, *(pytest.param(x, marks=pytest.mark.long) for x in (60, 250)))
TRIES = 8
"""A machine that is busy with other things may be slow now and then, not eight times."""


def everywhere_on_top(page):
    for place in (0, 0.5, 1):
        page.evaluate(f"scrollTo(0, {place} * (document.documentElement.scrollHeight - innerHeight))")
        assert page.evaluate(ON_TOP)


def test_it_is_above_everything_in_every_step_and_scroll(placeless):
    """S3, on the smallest screen."""
    page = open_tile(placeless)
    page.set_viewport_size(SMALL)
    for _ in walk(page):
        everywhere_on_top(page)
    page.locator("#hush .help").tap()
    page.locator("#hush li .button").first.wait_for()
    everywhere_on_top(page)
    page.locator("#hush li .button").first.tap()
    page.locator("#hush .code").wait_for()
    everywhere_on_top(page)


def test_it_is_above_everything_while_it_waits(home):
    page = open_tile(home)
    page.set_viewport_size(SMALL)
    page.locator("#hush .place").get_by_text("siap").wait_for()
    page.context.set_offline(True)
    page.locator("#hush .help").tap()
    page.get_by_text("Belum terkirim").wait_for()
    everywhere_on_top(page)
    page.locator("#hush .rows > .plain").tap()
    page.get_by_text("Kode kasus sudah dicatat?").wait_for()
    everywhere_on_top(page)


def test_it_is_above_everything_in_an_opened_case(home):
    """S3: words, evidence, who opened it, the code, how she is reached, erasing."""
    page = open_tile(home)
    page.set_viewport_size(SMALL)
    page.locator("#hush .place").get_by_text("siap").wait_for()
    page.locator("#hush .help").tap()
    page.get_by_role("button", name="Tambah cerita").tap()
    page.get_by_role("button", name="Sudah, lanjut").tap()
    page.get_by_label("Tulis pesan").fill("Saya di kamar mandi")
    page.get_by_role("button", name="Kirim pesan").tap()
    page.locator("#hush .thread .mine").wait_for()
    page.locator("#hush .views summary").tap()
    everywhere_on_top(page)
    for row in range(3):
        page.locator("#hush .rows > .row").nth(row).tap()
        page.locator("#hush .thread").wait_for(state="detached")
        if page.locator("#hush [value=whatsapp]").count():
            settled(page)
            page.locator("#hush [value=whatsapp]").check(force=True)
        everywhere_on_top(page)
        page.locator("#hush .button").filter(has_text=re.compile("Kembali|Tidak jadi")).tap()
        page.locator("#hush .thread .mine").wait_for()


TAPPED = """addEventListener('click', (event) => {
  const link = event.target instanceof Element && event.target.closest('a');
  if (!link || location.pathname !== '/pasang') return;
  event.preventDefault();
  sessionStorage.setItem('tapped', link.href);
  sessionStorage.setItem('tapped_at', performance.now());
}, true)"""


def go(phone, name, rate):
    """Open a step without network and leave it; return when it was blank, what was left, when the next page stood."""
    page = phone.page
    page.goto(phone.url)
    loaded(page)
    open_tile(page)
    step(page, name)
    for field in page.locator("#hush textarea").all():
        field.fill("kanari")
    page.evaluate("sessionStorage.clear()")
    page.evaluate(BLANK)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    page.locator("#hush .leave").tap()
    page.wait_for_url("**/pasang")
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.get_by_role("heading", name="Pasang di HP").wait_for()
    assert not page.locator("#hush").count()
    return [*page.evaluate(TOOK), page.evaluate(PAINTED)]


@pytest.mark.timeout(900)
def test_it_blanks_at_once_and_another_page_stands_there_without_network(used_phone, long):
    """S4: blank within 100 ms on a 6 times slower processor; the neutral page within 300 ms, without network.

    The story is the largest of the steps; with `long` all of them.
    """
    phone = used_phone
    phone.lose_signal()
    for name in STEPS if long else ("story",):
        found = []
        while not found or (found[-1][0] > 100 and len(found) < TRIES):
            found.append(go(phone, name, 6))
        blank, left, _ = found[-1]
        print(f"\nS4 {name}: blank after {blank:.0f} ms at 6 x")
        assert left == 0
        assert blank <= 100
    painted = go(phone, "first", 1)[2]
    for _ in range(TRIES):
        painted = painted if painted <= 300 else go(phone, "first", 1)[2]
    print(f"S4: neutral page painted after {painted:.0f} ms, offline")
    assert painted <= 300
    assert "kanari" not in phone.page.content()


@pytest.mark.parametrize("x", WHERE)
def test_a_trembling_second_tap_neither_calls_nor_goes_anywhere(used_phone, x):
    used_phone.page.add_init_script(TAPPED)
    page = used_phone.open()
    open_tile(page)
    page.touchscreen.tap(x, 28)
    page.wait_for_url("**/pasang")
    for since_ms in (120, 240, 360):
        page.wait_for_function("(ms) => performance.now() >= ms", arg=since_ms)
        page.touchscreen.tap(x, 28)
    page.get_by_role("heading", name="Pasang di HP").wait_for()
    taken_at = page.evaluate("Number(sessionStorage.getItem('tapped_at'))")
    assert taken_at == 0 or taken_at > STEADY_MS, "a slow machine may bring a tap later: then it is a new one"
    page.locator(".bar a[href='tel:112']").tap()
    wait_for(lambda: page.evaluate("sessionStorage.getItem('tapped')") == "tel:112")


def test_neither_back_nor_forward_nor_a_new_tab_leads_to_the_form(refuge, used_phone):
    phone, page = used_phone, write_and_leave(used_phone)
    for move in (lambda: None, page.go_back, page.go_forward):
        move()
        nothing_is_left(page)
    page.close()
    page = phone.context.new_page()
    page.goto(refuge.url)
    nothing_is_left(page)


@pytest.mark.long
def test_a_browser_that_was_killed_does_not_bring_the_form_back(refuge, phone_at):
    phone = phone_at(refuge.url)
    nothing_is_left(write_and_leave(phone))
    phone.kill()
    page = phone.switch_on().page
    page.goto(refuge.url + "/pasang")
    nothing_is_left(page)


def test_shift_three_times_leaves_and_capital_letters_do_not(home):
    page = step(open_tile(home), "story")
    page.get_by_label("Ceritakan").press_sequentially("IA DI SINI")
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    assert page.locator("#hush").count()
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/pasang")


def test_leaving_while_it_waits_still_sends_it(refuge, used_phone):
    phone, page = used_phone, used_phone.open()
    loaded(page)
    before = len(refuge.cases())
    open_tile(page)
    page.locator("#hush .place").get_by_text("siap").wait_for()
    phone.lose_signal()
    page.locator("#hush .help").tap()
    page.get_by_text("Belum terkirim").wait_for()
    page.locator("#hush .leave").tap()
    page.wait_for_url("**/pasang")
    phone.find_signal()
    wait_for(lambda: len(refuge.cases()) == before + 1)


def test_leaving_in_the_same_second_still_sends_it(refuge, used_phone):
    """On a slow phone the receipt takes its time: the page is blank at once and lives until the report is kept."""
    page = LentPhone(refuge.url, used_phone.context).open()
    loaded(page)
    before = len(refuge.cases())
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    open_tile(page)
    page.locator("#hush .place").get_by_text("siap").wait_for()
    assert page.evaluate(HELP_AND_LEAVE) == 0
    page.wait_for_url("**/pasang")
    wait_for(lambda: len(refuge.cases()) == before + 1)


@pytest.fixture
def phone_at(playwright, tmp_path):
    """Return `switch_on(url)`: a phone with a profile of its own."""
    made = []

    def switched_on(url):
        made.append(Phone(playwright, str(tmp_path / "profile"), url).switch_on())
        brisk(made[-1].page)
        return made[-1]

    yield switched_on
    for phone in made:
        phone.switch_off()
