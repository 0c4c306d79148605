"""What was sealed opens for whom it was sealed, and for nothing else: not moved, not changed, not by another."""

import base64
import random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.core.errors import Invalid
from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.hpke_envelope import Context, seal, unseal

HERE = Context("4b7f3c1e-5a55-4f4e-9d3b-0d5f7f6a1c11", "narrative")
WORDS = b"Dia mengunci pintu"
KEYS = {f"{number:016x}": ec.generate_private_key(ec.SECP256R1()) for number in range(1, 9)}
PUBLIC = {key_id: key.public_key() for key_id, key in KEYS.items()}


def test_each_of_eight_recipients_reads_it():
    envelope = read_envelope(seal(HERE, 7, PUBLIC, WORDS))
    assert {unseal(HERE, envelope, key_id, key) for key_id, key in KEYS.items()} == {WORDS}


def test_all_envelopes_for_a_roster_have_one_length():
    assert len({len(seal(HERE, 7, PUBLIC, b"x" * size)) for size in (0, 1, 500, 8188)}) == 1


@pytest.mark.parametrize(
    "elsewhere",
    [Context("0d5f7f6a-5a55-4f4e-9d3b-4b7f3c1e1c11", "narrative"), Context(HERE.report, "identity")],
)
def test_an_envelope_moved_to_another_report_or_field_stays_shut(elsewhere):
    envelope = read_envelope(seal(HERE, 7, PUBLIC, WORDS))
    for key_id, key in KEYS.items():
        with pytest.raises(Invalid):
            unseal(elsewhere, envelope, key_id, key)


def test_a_wrap_does_not_open_with_another_recipients_key():
    envelope = read_envelope(seal(HERE, 7, PUBLIC, WORDS))
    for key_id in KEYS:
        others = [key for other, key in KEYS.items() if other != key_id]
        with pytest.raises(Invalid):
            unseal(HERE, envelope, key_id, others[0])


def test_ten_thousand_flipped_bits_are_all_refused(long):
    """10,000 with --all, 1,000 without."""
    sealed = seal(HERE, 7, {key_id: PUBLIC[key_id] for key_id in list(PUBLIC)[:1]}, WORDS)
    content = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    key_id, key = next(iter(KEYS.items()))
    accepted = 0
    dice = random.Random(112)
    for _ in range(10_000 if long else 1_000):
        bit = dice.randrange(len(content) * 8)
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            unseal(HERE, read_envelope(base64.urlsafe_b64encode(flipped).decode().rstrip("=")), key_id, key)
            accepted += 1
        except Invalid:
            pass
    assert accepted == 0


@pytest.mark.parametrize("text", ["", "A", "S112", "////", "ä", "A" * 40_000, "\x00" * 64])
def test_what_is_no_envelope_is_refused_without_a_word_of_it(text):
    with pytest.raises(Invalid) as refused:
        read_envelope(text)
    assert refused.value.faults == [("/sealed", "unreadable")]
    assert not text or text not in str(refused.value)


def test_a_truncated_envelope_is_refused():
    sealed = seal(HERE, 7, PUBLIC, WORDS)
    for cut in (4, 100, 4000, len(sealed) - 4):
        with pytest.raises(Invalid):
            read_envelope(sealed[:cut])
