"""The counsellor's room end to end.

A key made in her browser opens what was sealed to it, and the receipt her answer.
"""

import hashlib
import json
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.clock import now
from app.core.ids import new_id
from app.silent.counsellor_case import Counsellor, take_case
from app.silent.crypto.signed_roster import b64
from app.silent.models import SilentCase
from app.silent.sealed_models import CounsellorKey, SealedFile
from tests.support.counsellor_browser import PASSPHRASE, make_key, open_key, with_key
from tests.support.counsellors import STORY
from tests.support.phone import wait_for

pytestmark = pytest.mark.engine("sqlite")
PIECE = 262_144


def test_from_a_key_to_an_answer_that_the_receipt_opens(at_room, running_counsel):
    counsel = running_counsel
    page, _ = at_room()
    make_key(page)
    counsel.ppa.publish()
    page.reload()
    open_key(page)
    page.locator("#vault[data-state=open]").wait_for()
    case_id = counsel.case()
    question = counsel.add(case_id, "chat", b"Apakah ada yang membaca?")
    page.locator(f"a[href$='{case_id}']").wait_for(timeout=30_000)
    page.locator(f"a[href$='{case_id}']").click()
    page.get_by_role("button", name="Dampingi kasus ini").click()
    page.get_by_role("button", name="Buka cerita").click()
    page.locator("#statement blockquote", has_text=STORY["words"]).wait_for()
    assert STORY["note"] in page.locator("#statement").inner_text()
    assert STORY["phone"] not in page.locator("#statement").inner_text()
    assert len(counsel.links(case_id, "unsealed")) == 1
    page.get_by_role("button", name="Buka pesan (1)").click()
    page.locator("#talk li", has_text="Apakah ada yang membaca?").wait_for()
    assert [link["item"] for link in counsel.links(case_id, "unsealed")][1:] == [question]
    page.locator("#answer").fill("Ada. Kami di sini.")
    page.get_by_role("button", name="Kirim balasan").click()
    page.locator("#talk li.from-operator", has_text="Ada. Kami di sini.").wait_for()
    answer = counsel.items(case_id)[-1]
    assert counsel.opened_by_receipt(case_id, answer) == "Ada. Kami di sini."
    assert page.locator("#answer").input_value() == ""
    counsel.swap_receipt(case_id)
    page.reload()
    open_key(page)
    page.locator("#answer").fill("Kami datang.", timeout=30_000)
    page.get_by_role("button", name="Kirim balasan").click()
    page.locator("#talk .alert-line", has_text="tidak sama dengan yang disegel pelapor").wait_for()
    assert len(counsel.items(case_id)) == 3, "what somebody else could read is not sealed"
    page.get_by_role("button", name="Buka cerita").click()
    page.locator("#statement blockquote").wait_for()
    page.get_by_role("button", name="Kunci sekarang").click()
    page.locator("#statement", has_text="Terkunci").wait_for()
    for word in (STORY["words"], "Ada. Kami", "Apakah ada"):
        assert word not in page.content()


def test_a_number_is_shown_behind_the_gate_and_hidden_again(ready, running_counsel):
    page, person = ready()
    case_id = running_counsel.case()
    running_counsel.taken_by(person, case_id)
    page.locator(f"a[href$='{case_id}']").click(timeout=30_000)
    page.get_by_role("button", name="Buka cerita").click()
    page.locator("[data-phone]", has_text="tersimpan").wait_for()
    page.locator("#gate input[name=code_word]").check()
    page.get_by_role("button", name="Saya akan menghubungi").click()
    call = page.locator("#statement a[href='tel:+6281100000']")
    call.wait_for()
    assert running_counsel.links(case_id).count("contact_allowed") == 1
    page.get_by_role("button", name="Kunci sekarang").click()
    call.wait_for(state="detached")


def test_a_file_is_handed_over_byte_for_byte(ready, running_counsel, house):
    counsel = running_counsel
    page, person = ready()
    case_id, file, key, nonce = counsel.case(), new_id(), os.urandom(32), os.urandom(8)
    whole = os.urandom(300_000)
    report = counsel.row(case_id).key
    pieces = [whole[start : start + PIECE] for start in range(0, len(whole), PIECE)]
    folder = house.web.data / "sealed" / file
    folder.mkdir(parents=True)
    for index, piece in enumerate(pieces):
        data = f"siaga112/v1/chunk|{report}|{file}|{index}|{int(index == len(pieces) - 1)}".encode()
        (folder / str(index)).write_bytes(AESGCM(key).encrypt(nonce + index.to_bytes(4, "big"), piece, data))
    manifest = {"key": b64(key), "nonce": b64(nonce), "name": "../bukti 1.jpg", "type": "image/jpeg"}
    manifest |= {"bytes": len(whole), "chunks": len(pieces), "sha256": hashlib.sha256(whole).hexdigest()}
    counsel.add(case_id, "manifest", json.dumps(manifest).encode(), item_id=file)
    with counsel.database.write() as session:
        session.add(
            SealedFile(
                id=file,
                case_id=case_id,
                at=now(),
                chunks=len(pieces),
                bytes=len(whole),
                manifest_sealed_id=file,
                complete=True,
            )
        )
        take_case(session, Counsellor(person.id, now()), session.get_one(SilentCase, case_id))
    page.locator(f"a[href$='{case_id}']").click(timeout=30_000)
    page.get_by_role("button", name="Buka lampiran").click()
    page.locator("#files .done", has_text="Sama persis").wait_for()
    with page.expect_download() as download:
        page.locator("#files a[download]").click()
    assert "/" not in download.value.suggested_filename
    assert download.value.path().read_bytes() == whole
    assert [link["purpose"] for link in counsel.links(case_id, "unsealed")] == ["manifest"]
    (folder / "0").write_bytes(os.urandom(PIECE + 16))
    page.reload()
    open_key(page)
    page.get_by_role("button", name="Buka lampiran").click(timeout=30_000)
    page.locator("#files .alert-line").wait_for()
    assert page.locator("#files a[download]").count() == 0


def test_a_colleague_reads_after_it_was_shared_with_her(at_room, running_counsel):
    """Sari's key came after the case was sealed; Wati wraps it for her, and nobody else did anything."""
    counsel = running_counsel
    wati = with_key(counsel)
    case_id = counsel.case()
    sari = with_key(counsel)
    for person in (wati, sari):
        counsel.taken_by(person, case_id)
    other, _ = at_room(f"/kasus/{case_id}", person=sari)
    open_key(other)
    other.locator("#statement", has_text="tidak disegel untuk kunci Anda").wait_for(timeout=30_000)
    page, _ = at_room(f"/kasus/{case_id}", person=wati)
    open_key(page)
    page.locator("#colleague").select_option(label=sari.name, timeout=30_000)
    page.get_by_role("button", name="Bagikan").click()
    page.locator("#share .done", has_text="1 bagian").wait_for()
    other.reload()
    open_key(other)
    other.get_by_role("button", name="Buka cerita").click(timeout=30_000)
    other.locator("#statement blockquote", has_text=STORY["words"]).wait_for()


def test_the_key_stays_wrapped_everywhere_but_in_the_worker(at_room, running_counsel):
    page, person = at_room()
    sent = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.locator("#passphrase").fill("pendek")
    page.locator("#passphrase-again").fill("pendek")
    page.get_by_role("button", name="Buat kunci").click()
    page.locator("#vault .alert-line", has_text="Terlalu pendek").wait_for()
    make_key(page)
    with running_counsel.database.read() as session:
        (row,) = session.query(CounsellorKey).filter_by(staff_id=person.id)
    wrapped = json.loads(row.wrapped)
    assert wrapped["rounds"] >= 600_000
    assert not [body for body in sent if PASSPHRASE in body]
    assert (
        page.evaluate("Object.values(localStorage).join() + document.body.innerHTML").count(PASSPHRASE) == 0
    )
    assert page.get_by_role("button", name="Kunci sekarang").is_visible()
    page.reload()
    page.locator("#vault[data-state=locked]").wait_for()
    open_key(page, "bukan kalimat yang benar")
    page.locator("#vault .alert-line", has_text="Kalimat sandi salah").wait_for(timeout=30_000)
    open_key(page)
    page.locator("#vault[data-state=open]").wait_for(timeout=30_000)


def test_it_rings_and_shows_who_breaks_the_glass(at_room, running_counsel, house):
    from app.silent import emergency_access

    case_id = running_counsel.case()
    page, _ = at_room(f"/kasus/{case_id}")
    page.evaluate("document.addEventListener('siaga:rang', () => { window.rang = true; })")
    page.locator("#sound.asks").wait_for()
    page.keyboard.press("Shift")
    page.locator("#sound:not(.asks)").wait_for()
    boss = house.person("supervisor")
    called = running_counsel.called(case_id)
    with running_counsel.database.write() as session:
        requests = emergency_access.request_access(
            session, Counsellor(boss.id, now()), **called, reason="life_at_risk"
        )
    agree = page.locator(f"#alarms form[action*='{requests}'] button")
    agree.wait_for(timeout=30_000)
    assert f"{boss.name} meminta akses darurat" in page.locator("#alarms").inner_text()
    page.wait_for_function("window.rang")
    agree.click()
    agree.wait_for(state="detached", timeout=30_000)
    page.locator("#alarms", has_text="sedang dapat melihat").wait_for()
    assert running_counsel.links(case_id).count("glass_broken") == 1


@pytest.mark.long
def test_the_room_opens_in_firefox_too(house, running_counsel, firefox):
    """The worker's own policy, the key and the seal, in the other engine: made, reloaded, opened, read."""
    counsel, person = running_counsel, running_counsel.hire()
    firefox.open(house.url)
    cookie = house.cookie(person)
    firefox.driver.add_cookie({"name": cookie["name"], "value": cookie["value"], "path": "/"})
    state = "document.getElementById('vault')?.dataset.state"

    def there(expression):
        wait_for(lambda: firefox.run(f"return !!({expression});"))

    def send(*fields):
        for field in fields:
            firefox.run(f"document.getElementById('{field}').value = arguments[0];", PASSPHRASE)
        firefox.run("document.querySelector('#vault form').requestSubmit();")
        there(f"{state} === 'open'")

    firefox.open(f"{house.url}/console/pendamping")
    there(f"{state} === 'none'")
    send("passphrase", "passphrase-again")
    counsel.ppa.publish()
    case_id = counsel.case()
    counsel.taken_by(person, case_id)
    firefox.open(f"{house.url}/console/pendamping/kasus/{case_id}")
    there(f"{state} === 'locked'")
    send("passphrase")
    there("document.querySelector('#statement button')")
    firefox.run("document.querySelector('#statement button').click();")
    there("document.querySelector('#statement blockquote')")
    assert (
        firefox.run("return document.querySelector('#statement blockquote').textContent;") == STORY["words"]
    )
    assert len(counsel.links(case_id, "unsealed")) == 1
