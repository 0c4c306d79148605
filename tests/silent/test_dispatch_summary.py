"""The dispatch block: small, closed, never lowered by silence, and opened only where it belongs."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import NotFound
from app.silent.crypto.master_key import (
    EncryptedField,
    FileKey,
    decrypt_field,
    encrypt_field,
    field_binding,
    rewrap,
)
from app.silent.dispatch_summary import (
    MOST_BYTES,
    Contact,
    DispatchSummary,
    Position,
    parse_stored_summary,
    read_summary,
)

ANSWERS = st.sampled_from(["yes", "no", "unknown"])
FULL = DispatchSummary(
    position=Position(lat=0.133123456, lon=117.490123456, accuracy_m=1234.5, age_s=12345.6),
    kelurahan="64.74.01.1006",
    **dict.fromkeys(
        (
            "weapon",
            "threat_to_kill",
            "fears_death",
            "happening_now",
            "injured",
            "children",
            "can_talk",
            "suspect_near",
        ),
        "yes",
    ),
    no_siren=True,
    plain_clothes=True,
    contact=Contact(channel="whatsapp", from_hour=10, until_hour=12, code_word=True),
)


def test_the_fullest_block_fits():
    assert len(FULL.to_bytes()) <= MOST_BYTES
    assert parse_stored_summary(FULL.to_bytes()) == FULL


def test_three_taps_without_an_answer_are_urgent():
    assert DispatchSummary().priority == 1
    assert DispatchSummary().contact.channel == "none"


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("weapon", "threat_to_kill", "fears_death", "happening_now"), ANSWERS)
    )
)
def test_only_four_spoken_noes_lower_the_priority(answers):
    assert (DispatchSummary(**answers).priority == 2) == (set(answers.values()) == {"no"})


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda deeper: st.dictionaries(st.text(), deeper)
    )
)
def test_anything_that_is_sent_gives_a_block(sent):
    assert isinstance(read_summary(sent), DispatchSummary)


def test_a_malformed_part_costs_that_part_alone():
    block = read_summary(
        {"weapon": "yes", "position": {"lat": 91, "lon": 0}, "words": "Dia mabuk", "injured": 3}
    )
    assert block == DispatchSummary(weapon="yes")


def test_a_field_opens_only_in_its_row_field_and_version():
    outer = FileKey(os.urandom(32))
    locked = encrypt_field(outer, FULL.to_bytes(), field_binding("a", "block", 1))
    assert decrypt_field(outer, locked, field_binding("a", "block", 1)) == FULL.to_bytes()
    for elsewhere in (
        field_binding("b", "block", 1),
        field_binding("a", "phone", 1),
        field_binding("a", "block", 2),
    ):
        with pytest.raises(NotFound):
            decrypt_field(outer, locked, elsewhere)


def test_without_the_outer_key_nothing_opens():
    locked = encrypt_field(FileKey(os.urandom(32)), FULL.to_bytes(), field_binding("a", "block", 1))
    with pytest.raises(NotFound):
        decrypt_field(FileKey(os.urandom(32)), locked, field_binding("a", "block", 1))


def test_a_new_outer_key_takes_over_without_touching_the_content():
    first, second = os.urandom(32), os.urandom(32)
    place = field_binding("a", "block", 1)
    locked = encrypt_field(FileKey(first), b"0.133", place)
    moved = rewrap(FileKey(second, first), locked, place)
    assert isinstance(moved, EncryptedField)
    assert moved.content == locked.content
    assert decrypt_field(FileKey(second), moved, place) == b"0.133"
