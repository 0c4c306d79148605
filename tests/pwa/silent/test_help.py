"""Help is asked for in three taps; what she says is sealed to those who may read it; only what is true is shown."""

import json
import re
import time
from datetime import timedelta

import pytest

from app.core.clock import now
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.crypto.signed_roster import b64
from app.silent.models import SilentCase
from tests.support.chromium import hurry
from tests.support.phone import LentPhone, wait_for
from tests.support.silent_flow import brisk, loaded, open_tile, open_tile_with_places, step

SENT = r"Terkirim \d\d\.\d\d WITA"
LOOK = "dispatchEvent(new Event('online'))"
"""The network is back: the phone asks at once how its report stands, not a little later."""
TRIES = 5
"""A machine that is busy with other things may be slow once, not five times."""


def is_sent(page):
    page.locator("#hush .state h1").filter(has_text=re.compile(SENT)).wait_for()


def newest(refuge, before):
    """The case that came in since there were `before` of them."""
    wait_for(lambda: len(refuge.cases()) > before)
    return refuge.cases()[-1]


def ask_slowly(phone):
    """Ask for help on a slow phone; return the seconds from the first tap to the acknowledged case."""
    page = phone.open()
    loaded(page)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    cdp.send("Network.enable")
    slow = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    cdp.send("Network.emulateNetworkConditions", slow)
    start = time.monotonic()
    page.locator("#quiet summary").tap()
    page.locator("#hush .help").tap()
    is_sent(page)
    return time.monotonic() - start


def test_three_taps_no_text_and_ten_seconds_on_a_slow_phone(refuge, used_phone):
    """S15: 6 times slower processor, slow 3G (400 kbit/s, 2 s away); from the first tap to the acknowledged case."""
    took = []
    while not took or (took[-1] > 10 and len(took) < TRIES):
        before = len(refuge.cases())
        took.append(ask_slowly(LentPhone(refuge.url, used_phone.context)))
        case = newest(refuge, before)
    print(f"\nS15: 2 taps, {took[-1]:.1f} s")
    assert took[-1] <= 10, took
    assert case.priority == 1
    assert refuge.block(case).position.accuracy_m == 18


def test_answers_contact_and_words_arrive_each_where_it_may_be_read(refuge, home):
    page = open_tile(home)
    before = len(refuge.cases())
    step(page, "danger")
    for row, answer in ((0, "yes"), (1, "yes"), (2, "no"), (5, "yes")):
        page.locator("#hush fieldset").nth(row).locator(f"[value={answer}]").check(force=True)
    page.locator("#hush .actions .quiet").tap()
    page.get_by_label("Datang tanpa sirene").check()
    page.locator("#hush [value=whatsapp]").check(force=True)
    page.get_by_label("Aman mulai jam").select_option("9")
    page.get_by_label("Sampai jam").select_option("11")
    page.get_by_label("Hanya dengan kata sandi").check()
    page.locator("#hush .actions .quiet").tap()
    page.get_by_label("Ceritakan").fill("Ia memegang pisau")
    page.get_by_label("Nama").fill("Sari")
    page.get_by_label("Nomor HP yang aman").fill("0812")
    page.get_by_label("Kata sandi").fill("melati")
    page.get_by_role("button", name="Kirim sekarang").tap()
    is_sent(page)
    case = newest(refuge, before)
    block = refuge.block(case)
    assert (block.happening_now, block.weapon, block.threat_to_kill, block.children) == (
        "yes",
        "yes",
        "no",
        "yes",
    )
    assert (block.injured, block.no_siren, block.plain_clothes) == ("unknown", True, False)
    assert block.contact.model_dump() == {
        "channel": "whatsapp",
        "from_hour": 9,
        "until_hour": 11,
        "code_word": True,
    }
    assert json.loads(refuge.sealed(case)["narrative"]) == {
        "words": "Ia memegang pisau",
        "name": "Sari",
        "phone": "0812",
        "note": "Kata sandi: melati",
        "receipt": b64(case.receipt_public),
    }
    assert case.words_content is None
    assert case.lookup_hash
    assert case.proof_hash


def test_without_a_position_a_kelurahan_does_and_nothing_is_guessed(refuge, placeless):
    page = open_tile_with_places(placeless)
    before = len(refuge.cases())
    page.locator("#hush .help").tap()
    page.get_by_role("button", name="Guntung").tap()
    is_sent(page)
    block = refuge.block(newest(refuge, before))
    assert (block.position, block.kelurahan) == (None, "64.74.01.1004")


@pytest.mark.usefixtures("no_place")
def test_without_a_position_and_without_a_tap_help_is_asked_for_all_the_same(refuge, other_tab):
    page = brisk(hurry(other_tab))
    page.goto(refuge.url)
    open_tile(page)
    before = len(refuge.cases())
    page.locator("#hush .help").tap()
    page.get_by_text("Anda di mana?").wait_for()
    is_sent(page)
    block = refuge.block(newest(refuge, before))
    assert (block.position, block.kelurahan) == (None, None)


def test_short_words_reach_the_room_and_the_steps_of_help_reach_her(refuge, home):
    page = open_tile(home)
    before = len(refuge.cases())
    page.locator("#hush .place").get_by_text("siap").wait_for()
    page.locator("#hush .help").tap()
    page.locator("#hush .state h1").filter(has_text=re.compile("^Terkirim")).wait_for()
    wait_for(lambda: len(refuge.cases()) > before)
    case = refuge.cases()[-1]
    page.get_by_role("button", name="Saya aman").tap()
    page.locator("#hush .signals").get_by_text("Terkirim").wait_for()
    received = refuge.web.rows("SELECT data FROM case_link WHERE case_id = ? AND name = 'signalled'", case.id)
    assert [json.loads(row["data"])["signal"] for row in received] == ["safe"]
    with refuge.database.write() as session:
        append_log_entries(session, NewLogEntry(name="opened", at=now(), actor="staff", case_id=case.id))
    page.evaluate(LOOK)
    page.locator("#hush .steps").get_by_text("Dibuka operator").wait_for()


def test_when_nobody_opens_it_the_calls_come_first_until_somebody_does(refuge, home):
    page = open_tile(home)
    before = len(refuge.cases())
    page.locator("#hush .help").tap()
    is_sent(page)
    case = newest(refuge, before)
    with refuge.database.write() as session:
        session.get_one(SilentCase, case.id).received_at -= timedelta(minutes=5)
    page.evaluate(LOOK)
    state = page.locator("#hush .state h1")
    state.filter(has_text="Belum ada yang membuka").wait_for()
    assert page.locator("#hush a[href='tel:112']").is_visible()
    with refuge.database.write() as session:
        session.get_one(SilentCase, case.id).state = "opened"
        append_log_entries(session, NewLogEntry(name="opened", at=now(), actor="staff", case_id=case.id))
    page.evaluate(LOOK)
    state.filter(has_text="Terkirim").wait_for()
    assert page.locator("#hush .steps li").count() == 1


def test_without_webcrypto_the_block_goes_alone(refuge, other_tab):
    """Plain http on a name that is not this machine: no secure context, no key, no position; the report goes out."""
    page = brisk(other_tab)
    page.add_init_script(
        "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });"
        "Object.defineProperty(globalThis, 'isSecureContext', { value: false });"
    )
    page.goto(refuge.url)
    open_tile_with_places(page)
    before = len(refuge.cases())
    page.locator("#hush .help").tap()
    page.get_by_role("button", name="Guntung").tap()
    is_sent(page)
    page.get_by_text("tidak bisa membuat atau membuka kode kasus").wait_for()
    case = newest(refuge, before)
    assert refuge.block(case).kelurahan == "64.74.01.1004"
    assert case.lookup_hash is None
