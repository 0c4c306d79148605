"""What is swapped, turned, cut or sent again through the doors is never readable, and nothing of it is repeated."""

import base64
import os
import random
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from app.core.clock import now
from app.core.errors import Invalid
from app.core.ids import new_id
from app.silent.crypto.envelope import Envelope, read_envelope
from app.silent.crypto.hpke_envelope import Context, unseal
from app.silent.crypto.sealed_items import NewItem, context_of, keep_item
from app.silent.crypto.signed_roster import b64
from app.silent.models import SilentCase
from app.silent.sealed_models import PpaRoster, SealedFile, SealedItem, SealedWrap
from tests.support.receipt_holder import She, flipped

CANARY = "Dia mengunci pintu"


def readable(session, seals):
    """Open everything that is stored, as her counsellor does; return the items that open."""
    rows = session.execute(
        select(SealedItem, SealedWrap.wrap, SilentCase.key)
        .join(SealedWrap, SealedWrap.sealed_id == SealedItem.id)
        .join(SilentCase, SilentCase.id == SealedItem.case_id)
        .where(SealedWrap.key_id == seals.id)
    )
    return {item.id for item, wrap, key in rows if opens(seals, item, wrap, key)}


def opens(seals, item, wrap, key):
    envelope = Envelope(item.header, item.roster_version, {seals.id: wrap}, item.iv, item.body)
    try:
        unseal(Context(key, context_of(item.purpose, item.id)), envelope, seals.id, seals.private)
    except Invalid:
        return False
    return True


class Store:
    """Keeps envelopes as their endpoint does once the receipt is found, in a transaction that is taken back."""

    def __init__(self, session, people):
        self.session = session
        self.cases = {first.id: session.get(SilentCase, first.id) for first in people}
        self.rosters = session.scalars(select(PpaRoster)).all()
        """Held, so that the session reads neither them nor the cases anew for each item."""

    def keep(self, first, item, purpose, sealed):
        """Return whether an item is stored."""
        try:
            fresh = NewItem(
                id=item, purpose=purpose, author="reporter", at=now(), envelope=read_envelope(sealed)
            )
            return keep_item(self.session, self.cases[first.id], fresh) is None
        except Invalid:
            return False


def four_swaps(first, other):
    """An item under another's id, another purpose or another report, and with two readers' wraps swapped."""
    here, there = new_id(), new_id()
    return (
        (here, "chat", first.sealed(CANARY, f"chat|{there}")),
        (new_id(), "identity", first.sealed(CANARY, f"chat|{here}")),
        (there, "chat", other.sealed(CANARY, f"chat|{there}")),
        (new_id(), "chat", swapped_wraps(first)),
    )


def turned_bit(first, dice):
    """A new item of one report, sealed well, and then one bit of it turned."""
    item = new_id()
    sealed = first.sealed(CANARY, f"chat|{item}")
    return item, "chat", flipped(sealed, dice.randrange(len(base64.urlsafe_b64decode(sealed + "==")) * 8))


@pytest.fixture
def people(client, seals):
    """Eleven who called for help."""
    return [She(client, seals).call_for_help() for _ in range(11)]


@pytest.fixture
def before(people, database, seals):
    """What is readable: their reports."""
    with database.read() as session:
        found = readable(session, seals)
    assert len(found) == len(people)
    return found


def test_swaps_between_reports_fields_and_recipients_open_nothing(people, before, seals, database):
    """100 through the endpoint."""
    for number in range(25):
        first = people[number % len(people)]
        for item, purpose, sealed in four_swaps(first, people[(number + 1) % len(people)]):
            answer = first.ask("/items", id=item, purpose=purpose, sealed=sealed)
            assert answer.status_code in {201, 422}
            assert CANARY not in answer.text
    with database.read() as session:
        assert readable(session, seals) == before


def test_turned_bits_open_nothing(people, before, seals, database, capfd):
    """300 through the endpoint; whatever it takes, nobody opens."""
    dice = random.Random(112)
    for number in range(300):
        first = people[number % len(people)]
        item, purpose, turned = turned_bit(first, dice)
        answer = first.ask("/items", id=item, purpose=purpose, sealed=turned)
        assert answer.status_code in {201, 422}
        assert turned[:40] not in answer.text
    with database.read() as session:
        assert readable(session, seals) == before
    assert turned[:40] not in capfd.readouterr().err


@pytest.mark.long
def test_1000_swaps_that_are_stored_open_nothing(people, before, seals, database):
    """Stored as the endpoint stores them, but many in one transaction that is taken back."""
    with database.write() as session:
        store, stored = Store(session, people), 0
        for number in range(250):
            first = people[number % len(people)]
            for item, purpose, sealed in four_swaps(first, people[(number + 1) % len(people)]):
                stored += store.keep(first, item, purpose, sealed)
        assert stored > 500
        assert readable(session, seals) == before
        session.rollback()


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_10000_turned_bits_that_are_stored_open_nothing(people, before, seals, database):
    """Stored as the endpoint stores them, but many in one transaction that is taken back."""
    dice = random.Random(1112)
    for _ in range(20):
        with database.write() as session:
            store = Store(session, people)
            items = [(first, *turned_bit(first, dice)) for first in (people * 46)[:500]]
            assert sum(store.keep(*item) for item in items) > 400
            assert readable(session, seals) == before
            session.rollback()


def swapped_wraps(first):
    """The wrap for her under the counsellor's name, and the other way about."""
    envelope = read_envelope(first.sealed(CANARY, "chat|x", to_her=True))
    names = list(envelope.wraps)
    turned = dict(zip(names, reversed(list(envelope.wraps.values())), strict=True))
    whole = Envelope(envelope.header, envelope.roster_version, turned, envelope.iv, envelope.body)
    return b64(whole.to_bytes())


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
