"""*Buka kasus saya*: with sixteen digits she reads, writes, adds evidence, changes how she is reached, and erases."""

import hashlib
import json
import random
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import expect

from app.core.clock import now
from app.core.ids import new_id
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.hpke_envelope import Context, seal
from app.silent.crypto.signed_roster import key_id, unb64
from app.silent.sealed_models import SealedItem, SealedWrap
from tests.support.axe import LOCALES
from tests.support.phone import wait_for
from tests.support.silent_flow import open_tile, put_away, settled, traces

SENT = re.compile(r"^(Terkirim|Sent) \d\d\.\d\d WITA$")
READY = re.compile("siap|ready")


def ask_for_help(refuge, page):
    """Send help without a word; return the case and the digits of the receipt."""
    before = len(refuge.cases())
    open_tile(page)
    page.locator("#hush .place").get_by_text(READY).wait_for()
    page.locator("#hush .help").tap()
    page.locator("#hush .state h1").filter(has_text=SENT).wait_for()
    digits = "".join(page.locator("#hush .code").inner_text().split())
    put_away(page)
    return wait_for(lambda: refuge.cases()[before:])[0], digits


def enter(page, digits):
    """Open the case with the receipt, as on another phone on another day."""
    open_tile(page)
    page.locator("#hush .rows .row").nth(1).tap()
    page.locator("#hush .field input").fill(digits)
    page.locator("#hush .button").first.tap()


@pytest.fixture(scope="module")
def cases():
    """The case that tests open one after another, once the first has asked for help."""
    return []


@pytest.fixture
def her_case(refuge, home, cases):
    """A case that may have been opened before: (case, digits)."""
    if not cases:
        cases.append(ask_for_help(refuge, home))
    return cases[0]


def opened(page, digits):
    enter(page, " ".join(re.findall("....", digits)))
    page.get_by_text("Diterima pusat 112").wait_for()
    return page


def answer(refuge, case, words):
    """A counsellor answers, to the roster's keys and to her receipt."""
    item = new_id()
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), case.receipt_public)
    readers = {name: key.public_key() for name, key in refuge.readers.items()}
    envelope = read_envelope(
        seal(
            Context(case.key, f"chat|{item}"),
            2,
            readers | {key_id(case.receipt_public): public},
            words.encode(),
        )
    )
    with refuge.database.write() as session:
        session.add(
            SealedItem(
                id=item,
                case_id=case.id,
                purpose="chat",
                author="counsellor",
                at=now(),
                roster_version=2,
                header=envelope.header,
                iv=envelope.iv,
                body=envelope.body,
            )
        )
        session.flush()
        session.add_all(SealedWrap(sealed_id=item, key_id=k, wrap=w) for k, w in envelope.wraps.items())


def fresh(refuge, case, before):
    """Return what she sealed that is not among `before`: (its purpose, the words)."""
    (made,) = (item for item in refuge.sealed(case).items() if item[0] not in before)
    return made


def test_words_go_both_ways_and_are_read_again_with_the_receipt(refuge, home, her_case):
    case, digits = her_case
    page = opened(home, digits)
    before, sealed = traces(page), refuge.sealed(case)
    page.get_by_label("Tulis pesan").fill("Saya di kamar mandi")
    page.get_by_role("button", name="Kirim pesan").tap()
    page.locator("#hush .thread .mine").wait_for()
    assert fresh(refuge, case, sealed)[1] == "Saya di kamar mandi"
    answer(refuge, case, "Kami segera datang")
    page.locator("#hush .plain").last.tap()
    enter(page, digits)
    page.locator("#hush .thread p", has_text="Kami segera datang").wait_for()
    assert page.locator("#hush .thread p").all_inner_texts()[-2:] == [
        "Saya di kamar mandi",
        "Kami segera datang",
    ]
    assert traces(page) == before
    stored = page.evaluate(
        "Promise.all(['drafts', 'outbox', 'reports', 'followups'].map((store) => siaga.database.all(store)))"
    )
    assert stored == [[], [], [], []]
    assert not page.evaluate("localStorage.length + sessionStorage.length")


def test_she_sees_how_often_her_case_was_opened_and_by_whom(refuge, home, her_case):
    case, digits = her_case
    with refuge.database.write() as session:
        for who in ("operator", "police"):
            append_log_entries(
                session,
                NewLogEntry(name="viewed", at=now(), actor="staff", case_id=case.id, data={"viewer": who}),
            )
    page = opened(home, digits)
    page.get_by_text("Dibuka 2 kali").tap()
    expect(page.locator("#hush .views li")).to_have_text(
        [re.compile("^Polisi, "), re.compile("^Operator 112, ")]
    )


def test_evidence_comes_out_byte_for_byte(refuge, home, her_case):
    """S20: three pieces, never decoded on the way, and a manifest with the digest of the whole."""
    case, digits = her_case
    page, sealed = opened(home, digits), refuge.sealed(case)
    content = random.Random(20).randbytes(600_000)
    page.locator("#evidence").set_input_files(
        {"name": "rekaman.m4a", "mimeType": "audio/mp4", "buffer": content}
    )
    page.get_by_text("Terkirim utuh").wait_for(timeout=30_000)
    purpose, words = fresh(refuge, case, sealed)
    manifest, file_id = json.loads(words), purpose.removeprefix("manifest|")
    assert (manifest["name"], manifest["type"], manifest["bytes"], manifest["chunks"]) == (
        "rekaman.m4a",
        "audio/mp4",
        600_000,
        3,
    )
    lock, whole = AESGCM(unb64(manifest["key"])), b""
    for index in range(3):
        piece = (refuge.web.data / "sealed" / file_id / str(index)).read_bytes()
        bound = f"siaga112/v1/chunk|{case.key}|{file_id}|{index}|{int(index == 2)}".encode()
        whole += lock.decrypt(unb64(manifest["nonce"]) + index.to_bytes(4, "big"), piece, bound)
    assert whole == content
    assert hashlib.sha256(whole).hexdigest() == manifest["sha256"]


def test_she_changes_how_she_is_reached(refuge, home, her_case):
    case, digits = her_case
    page = opened(home, digits)
    page.get_by_role("button", name="Ubah cara menghubungi").tap()
    page.locator("#hush [value=sms]").wait_for(state="attached")
    settled(page)
    page.locator("#hush [value=sms]").check(force=True)
    page.get_by_label("Aman mulai jam").select_option("8")
    page.get_by_label("Sampai jam").select_option("10")
    page.get_by_role("button", name="Simpan").tap()
    page.get_by_text("Diterima pusat 112").wait_for()
    changed = next(item for item in refuge.cases() if item.id == case.id)
    contact = refuge.block(changed).contact
    assert (contact.channel, contact.from_hour, contact.until_hour) == ("sms", 8, 10)


def test_erasing_asks_first_and_leaves_nothing_to_open(refuge, home):
    case, digits = ask_for_help(refuge, home)
    page = opened(home, digits)
    page.get_by_label("Tulis pesan").fill("Jangan disimpan")
    page.get_by_role("button", name="Kirim pesan").tap()
    page.locator("#hush .thread .mine").wait_for()
    page.get_by_role("button", name="Hapus isi kasus").tap()
    page.get_by_role("button", name="Tidak jadi").tap()
    page.get_by_text("Diterima pusat 112").wait_for()
    page.get_by_role("button", name="Hapus isi kasus").tap()
    page.get_by_role("button", name="Ya, hapus").tap()
    page.get_by_text("Isi kasus sudah dihapus").wait_for()
    held = "SELECT 1 FROM sealed_wrap JOIN sealed_item ON sealed_item.id = sealed_id WHERE case_id = ?"
    assert not refuge.web.rows(held, case.id)


def test_wrong_digits_are_told_apart_from_an_unknown_case(home):
    page = open_tile(home)
    page.locator("#hush .rows .row").nth(1).tap()
    page.locator("#hush .field input").wait_for()
    assert not page.locator("#hush .problem").is_visible()
    page.locator("#hush .plain").last.tap()
    page.locator("#hush .help").wait_for()
    page.locator("#hush .plain").last.tap()
    page.locator("#hush").wait_for(state="detached")
    enter(page, "1234 5678 9012 3456")
    page.get_by_text("Angka itu tidak cocok").wait_for()
    page.locator("#hush .field input").fill("0000 0000 0000 0000")
    page.locator("#hush .button").first.tap()
    page.get_by_text("Tidak ditemukan").wait_for()


@pytest.mark.parametrize("spoken", LOCALES)
def test_every_step_of_an_open_case_is_usable_by_everybody(refuge, home_in, her_case, spoken, axe_faults):
    """S25."""
    case, digits = her_case
    page = home_in(spoken)
    answer(refuge, case, "Kami segera datang")
    enter(page, digits)
    page.locator("#hush .thread li").first.wait_for()
    page.locator("#hush .thread + .screen textarea").wait_for()
    for row in (None, 0, 1):
        if row is not None:
            page.locator("#hush .rows .row").nth(row).tap()
            page.locator("#hush .thread").wait_for(state="detached")
        assert not axe_faults(page, height=568, enhanced=True)
        page.set_viewport_size({"width": 360, "height": 740})
        if row == 0:
            page.locator("#hush .plain").last.tap()
            page.locator("#hush .thread li").first.wait_for()
