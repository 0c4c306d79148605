"""What is swapped, turned, cut or sent again through the doors is never readable, and nothing of it is repeated."""

import base64
import os
import random
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from app.core.errors import Invalid
from app.core.ids import new_id
from app.silent.crypto.envelope import Envelope, read_envelope
from app.silent.crypto.hpke_envelope import Context, unseal
from app.silent.crypto.sealed_items import context_of
from app.silent.crypto.signed_roster import b64
from app.silent.models import SilentCase
from app.silent.sealed_models import SealedFile, SealedItem, SealedWrap
from tests.support.receipt_holder import She, flipped

CANARY = "Dia mengunci pintu"


def readable(database, seals):
    """Open everything that is stored, as her counsellor does; return the items that open."""
    found = []
    with database.read() as session:
        rows = session.execute(
            select(SealedItem, SealedWrap.wrap, SilentCase.key)
            .join(SealedWrap, SealedWrap.sealed_id == SealedItem.id)
            .join(SilentCase, SilentCase.id == SealedItem.case_id)
            .where(SealedWrap.key_id == seals.id)
        )
        for item, wrap, key in rows:
            envelope = Envelope(item.header, item.roster_version, {seals.id: wrap}, item.iv, item.body)
            try:
                unseal(Context(key, context_of(item.purpose, item.id)), envelope, seals.id, seals.private)
            except Invalid:
                continue
            found.append(item.id)
    return found


@pytest.mark.timeout(600)
def test_swaps_between_reports_fields_and_recipients_open_nothing(client, seals, database, long):
    """1,000 with --all; each way of swapping a tenth as often without."""
    rounds = 250 if long else 25
    people = [She(client, seals).call_for_help() for _ in range(4)]
    before = set(readable(database, seals))
    assert len(before) == 4
    for number in range(rounds):
        first, other = people[number % 4], people[(number + 1) % 4]
        here, there = new_id(), new_id()
        for item, purpose, sealed in (
            (here, "chat", first.sealed(CANARY, f"chat|{there}")),
            (new_id(), "identity", first.sealed(CANARY, f"chat|{here}")),
            (there, "chat", other.sealed(CANARY, f"chat|{there}")),
            (new_id(), "chat", swapped_wraps(first)),
        ):
            answer = first.ask("/items", id=item, purpose=purpose, sealed=sealed)
            assert answer.status_code in {201, 422}
            assert CANARY not in answer.text
    assert set(readable(database, seals)) == before


def swapped_wraps(first):
    """The wrap for her under the counsellor's name, and the other way about."""
    envelope = read_envelope(first.sealed(CANARY, "chat|x", to_her=True))
    names = list(envelope.wraps)
    turned = dict(zip(names, reversed(list(envelope.wraps.values())), strict=True))
    whole = Envelope(envelope.header, envelope.roster_version, turned, envelope.iv, envelope.body)
    return b64(whole.to_bytes())


@pytest.mark.timeout(1200)
def test_turned_bits_open_nothing(client, seals, database, long, capfd):
    """10,000 with --all, 300 without; whatever the door takes, nobody opens."""
    dice = random.Random(112)
    people = [She(client, seals).call_for_help() for _ in range(11)]
    before = set(readable(database, seals))
    for number in range(10_000 if long else 300):
        first = people[number % len(people)]
        item = new_id()
        sealed = first.sealed(CANARY, f"chat|{item}")
        turned = flipped(sealed, dice.randrange(len(base64.urlsafe_b64decode(sealed + "==")) * 8))
        answer = first.ask("/items", id=item, purpose="chat", sealed=turned)
        assert answer.status_code in {201, 422}
        assert turned[:40] not in answer.text
    assert set(readable(database, seals)) == before
    assert turned[:40] not in capfd.readouterr().err


@pytest.mark.parametrize(
    "how", ["empty", "cut", "long", "another suite", "unknown roster", "unknown key", "replayed", "no text"]
)
def test_what_is_refused_is_refused_in_one_neutral_document(she, seals, how, capfd):
    item = new_id()
    good = she.sealed(CANARY, f"chat|{item}")
    content = bytearray(base64.urlsafe_b64decode(good + "=="))
    if how == "another suite":
        content[5] = 2
    elif how == "unknown roster":
        content[9] = 77
    elif how == "unknown key":
        content[11] ^= 0xFF
    sent = {"empty": "", "cut": good[:-4], "long": good + "AAAA", "no text": 7}.get(how, b64(bytes(content)))
    if how == "replayed":
        assert she.ask("/items", id=item, purpose="chat", sealed=good).status_code == 201
        item, sent = new_id(), good
    answer = she.ask("/items", id=item, purpose="chat", sealed=sent)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.json["pointer"] == "/sealed"
    assert set(answer.json) == {"type", "title", "status", "detail", "code", "pointer", "errors"}
    assert str(sent)[:32] not in answer.text or not sent or sent == 7
    assert she.lookup not in capfd.readouterr().err


def test_an_envelope_that_is_too_large_is_refused_by_its_length(she):
    answer = she.ask("/items", id=new_id(), purpose="chat", sealed="A" * 70_000)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_evidence_arrives_byte_for_byte(she, database, data_folder):
    """A photo and a sound as ciphertext in pieces; what is on disk is what was sent, and opens to the same bytes."""
    file, key, prefix = new_id(), os.urandom(32), os.urandom(8)
    whole = os.urandom(2 * 262_144 + 1234)
    parts = [whole[at : at + 262_144] for at in range(0, len(whole), 262_144)]
    sent = []
    for index, part in enumerate(parts):
        final = index == len(parts) - 1
        data = f"siaga112/v1/chunk|{she.key}|{file}|{index}|{int(final)}".encode()
        sent.append(AESGCM(key).encrypt(prefix + index.to_bytes(4, "big"), part, data))
        assert she.send_piece(file, index, sent[-1], final=final).status_code == 201
    again = she.send_piece(file, 1, sent[1])
    assert again.status_code == 200
    changed = she.send_piece(file, 1, sent[1][:-1] + bytes([sent[1][-1] ^ 1]))
    assert (changed.status_code, changed.json["code"]) == (422, "invalid")
    stored = [(data_folder / "sealed" / file / str(index)) for index in range(3)]
    assert [piece.read_bytes() for piece in stored] == sent
    assert {piece.stat().st_mode & 0o777 for piece in stored} == {0o600}
    assert she.write("{}", item=file, purpose="manifest")[1].status_code == 201
    with database.read() as session:
        row = session.get(SealedFile, file)
        assert (row.chunks, row.bytes, row.complete) == (3, sum(map(len, sent)), True)
        assert row.manifest_sealed_id == file
    opened = b"".join(
        AESGCM(key).decrypt(
            prefix + index.to_bytes(4, "big"),
            piece.read_bytes(),
            f"siaga112/v1/chunk|{she.key}|{file}|{index}|{int(index == 2)}".encode(),
        )
        for index, piece in enumerate(stored)
    )
    assert sha256(opened).digest() == sha256(whole).digest()


def test_pieces_come_in_their_order_and_none_after_the_last(she):
    file = new_id()
    assert she.send_piece(file, 1, b"x" * 40).status_code == 409
    assert she.send_piece(file, 0, b"x" * 40, final=True).status_code == 201
    assert she.send_piece(file, 1, b"x" * 40).status_code == 409
    assert she.send_piece(new_id(), 0, b"x" * (262_144 + 17)).status_code in {413, 422}
    assert she.write("{}", item=new_id(), purpose="manifest")[1].status_code == 404
