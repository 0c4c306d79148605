"""What a counsellor adds: answers for known keys alone, and wraps for a colleague of what she could open herself."""

import random
import re

from app.core.clock import WITA, now
from app.core.ids import new_id
from app.silent.crypto.hpke_envelope import Context, seal
from app.silent.crypto.signed_roster import unb64
from app.silent.dispatch_summary import Contact, DispatchSummary
from app.silent.encrypted_fields import load_master_key, store_summary
from app.silent.models import SilentCase
from app.silent.sealed_models import CounsellorKey

CHANNELS = ("none", "call", "sms", "whatsapp", "push")


def envelope(counsel, case_id, item_id, *, version=None, drop=(), more=None):
    now_version, to = counsel.recipients()
    receipt = counsel.receipts[case_id].public_key()
    to = {**to, counsel.receipt_id(case_id): receipt, **(more or {})}
    to = {name: key for name, key in to.items() if name not in drop}
    context = Context(counsel.row(case_id).key, f"chat|{item_id}")
    return seal(context, version or now_version, to, b"Kami di sini")


def test_an_answer_is_kept_once_and_only_for_known_keys(on_case, counsel):
    wati, case_id, here = on_case()
    item = new_id()
    sealed = envelope(counsel, case_id, item)
    assert wati.post(f"{here}/pesan", json={"id": item, "sealed": sealed}).status_code == 201
    assert wati.post(f"{here}/pesan", json={"id": item, "sealed": sealed}).status_code == 200
    again = envelope(counsel, case_id, item)
    assert wati.post(f"{here}/pesan", json={"id": item, "sealed": again}).status_code == 409
    assert counsel.links(case_id, "answered") == [{"item": item}]
    stranger = counsel.ppa.recovery.public_key()
    for wrong in (
        envelope(counsel, case_id, item, version=99),
        envelope(counsel, case_id, item, drop=[counsel.receipt_id(case_id)]),
        envelope(counsel, case_id, item, more={"0" * 16: stranger}),
        sealed[:-4],
        "",
        7,
    ):
        answer = wati.post(
            f"{here}/pesan", json={"id": new_id(), "sealed": wrong}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 422
        assert len(answer.text) < 500
    assert [row.purpose for row in counsel.items(case_id)] == ["narrative", "chat"]


def test_an_answer_is_not_wrapped_for_a_key_that_was_revoked_meanwhile(on_case, in_room, counsel, database):
    """She left after the roster was published; what is written now is not for her."""
    wati, case_id, here = on_case()
    sari = in_room("sari")
    with database.write() as session:
        session.get_one(CounsellorKey, sari.key).revoked_at = now()
    item = new_id()
    sealed = envelope(counsel, case_id, item)
    assert wati.post(f"{here}/pesan", json={"id": item, "sealed": sealed}).status_code == 201
    (received,) = (entry for entry in wati.get(f"{here}/isi").json["items"] if entry["id"] == item)
    assert wati.key in received["keys"]
    assert sari.key not in received["keys"]
    assert [entry["name"] for entry in wati.get("/console/pendamping/kunci").json["colleagues"]] == []


def test_sharing_gives_a_colleague_what_she_could_open_herself(on_case, in_room, counsel):
    wati, case_id, here = on_case()
    sari = in_room("sari")
    assert [entry["name"] for entry in wati.get("/console/pendamping/kunci").json["colleagues"]] == ["sari"]
    offered = wati.get(f"{here}/bungkus?kunci={wati.key}&untuk={sari.key}").json
    assert offered["report"] == counsel.row(case_id).key
    (first,) = offered["items"]
    assert set(first["parts"]) == {"roster_version", "wrap"}, "no body travels"
    assert len(unb64(first["parts"]["wrap"])) == 113
    body = {"key": wati.key, "to": sari.key, "wraps": {first["id"]: first["parts"]["wrap"]}}
    for wrong in (
        body | {"to": "0" * 16},
        body | {"to": counsel.ppa.recovery_id},
        body | {"to": wati.key},
        body | {"key": sari.key},
        body | {"wraps": {new_id(): first["parts"]["wrap"]}},
    ):
        assert wati.post(f"{here}/bungkus", json=wrong).status_code == 404
    assert wati.post(f"{here}/bungkus", json=body | {"wraps": {first["id"]: "AAAA"}}).status_code == 422
    assert wati.post(f"{here}/bungkus", json=body).json == {"kept": 1}
    assert wati.get(f"{here}/bungkus?kunci={wati.key}&untuk={sari.key}").json["items"] == []
    assert counsel.links(case_id, "shared") == [{"to": sari.key, "items": 1}]
    assert sari.get(f"{here}/isi").status_code == 404, "she must take the case herself"
    sari.get(here)
    sari.post(f"{here}/ambil")
    (item,) = sari.get(f"{here}/isi").json["items"]
    assert sari.key in item["keys"]


def test_a_number_is_told_only_behind_the_gate(on_case, counsel):
    """Outside her hours, on another channel or without the code word nothing is told, and each try is a link."""
    words = {"words": "Tolong", "phone": "+6281100000"}
    wati, case_id, here = on_case(words=words)
    opened = wati.post(f"{here}/buka", json={"items": [], "words": True}).json["words"]
    assert opened == {"words": "Tolong", "phone_held": True}
    ask = {"headers": {"Accept": "application/json"}}
    refused = wati.post(f"{here}/kontak", {}, **ask).json
    assert refused == {"allowed": False, "channel": None, "until": None, "phone": None}
    passed = wati.post(f"{here}/kontak", {"code_word": "yes"}, **ask).json
    assert (passed["allowed"], passed["channel"], passed["phone"]) == (True, "call", "+6281100000")
    assert counsel.links(case_id, "contact_refused") == [{"channel": "call", "reason": "code_word_needed"}]
    assert counsel.links(case_id, "contact_allowed") == [{"channel": "call", "reason": "asked_for"}]


def test_who_allowed_no_contact_is_not_contacted(on_case, counsel):
    wati, case_id, here = on_case(block=DispatchSummary(), words={"phone": "+6281100000"})
    page = wati.get(here).text
    assert "Jangan hubungi" in page
    assert 'id="gate"' not in page
    answer = wati.post(f"{here}/kontak", {"code_word": "yes"}, headers={"Accept": "application/json"}).json
    assert (answer["allowed"], answer["phone"]) == (False, None)
    assert counsel.links(case_id, "contact_refused") == [{"channel": "none", "reason": "never"}]


def test_outside_her_hours_the_button_is_disabled(on_case):
    closed = (now().astimezone(WITA).hour + 6) % 24
    hours = Contact(channel="call", from_hour=closed, until_hour=closed + 1)
    wati, _, here = on_case(block=DispatchSummary(contact=hours), words={"phone": "+6281100000"})
    page = wati.get(here).text
    assert "Sekarang tidak boleh menghubungi" in page
    assert re.search(r'<button class="button quiet" disabled>\s*Saya akan menghubungi', page)
    answer = wati.post(f"{here}/kontak", {}, headers={"Accept": "application/json"}).json
    assert (answer["allowed"], answer["phone"]) == (False, None)


def test_the_door_tells_her_number_inside_what_she_allowed_and_never_outside(on_case, counsel, clock, long):
    """S17 through the room's door: 500 rules of contact at random hours with --all, 60 without."""
    wati, case_id, here = on_case(words={"phone": "+6281100000"})
    dice, received, held = random.Random(17), 0, 0
    for _ in range(500 if long else 60):
        hours, channel = (dice.randrange(24), dice.randrange(1, 25)), dice.choice(CHANNELS)
        contact = Contact(
            channel=channel, from_hour=hours[0], until_hour=hours[1], code_word=dice.random() < 0.5
        )
        with counsel.database.write() as session:
            store_summary(
                load_master_key(counsel.secrets),
                session.get_one(SilentCase, case_id),
                DispatchSummary(contact=contact),
            )
        clock.forward(seconds=dice.randrange(20))
        form = {"code_word": "yes"} if dice.random() < 0.5 else {}
        answer = wati.post(f"{here}/kontak", form, headers={"Accept": "application/json"}).json
        may = (
            channel in {"call", "sms", "whatsapp"}
            and clock().astimezone(WITA).hour in window(*hours)
            and (bool(form) or not contact.code_word)
        )
        assert (answer["allowed"], answer["phone"]) == (may, "+6281100000" if may else None), (contact, form)
        received, held = received + may, held + (not may)
    print(f"\nS17: {received} numbers told inside what she allowed, 0 in {held} askings outside")
    assert min(received, held) > 5
    assert [len(counsel.links(case_id, f"contact_{how}")) for how in ("allowed", "refused")] == [
        received,
        held,
    ]


def window(start, end):
    """Return the hours from one to another, past midnight too; none when both are the same."""
    return {hour % 24 for hour in range(start, end if end >= start else end + 24)}
