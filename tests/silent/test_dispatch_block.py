"""The dispatch block: small, closed, never lowered by silence, and opened only where it belongs."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import NotFound
from app.silent.crypto.master_key import FileKey, Locked, bound, lock, rewrap, unlock
from app.silent.dispatch_block import MOST_BYTES, Block, Contact, Position, open_block, read_block

ANSWERS = st.sampled_from(["yes", "no", "unknown"])
FULL = Block(
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
    assert open_block(FULL.to_bytes()) == FULL


def test_three_taps_without_an_answer_are_urgent():
    assert Block().priority == 1
    assert Block().contact.channel == "none"


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("weapon", "threat_to_kill", "fears_death", "happening_now"), ANSWERS)
    )
)
def test_only_four_spoken_noes_lower_the_priority(answers):
    assert (Block(**answers).priority == 2) == (set(answers.values()) == {"no"})


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda deeper: st.dictionaries(st.text(), deeper)
    )
)
def test_anything_that_is_sent_gives_a_block(sent):
    assert isinstance(read_block(sent), Block)


def test_a_malformed_part_costs_that_part_alone():
    block = read_block(
        {"weapon": "yes", "position": {"lat": 91, "lon": 0}, "words": "Dia mabuk", "injured": 3}
    )
    assert block == Block(weapon="yes")


def test_a_field_opens_only_in_its_row_field_and_version():
    outer = FileKey(os.urandom(32))
    locked = lock(outer, FULL.to_bytes(), bound("a", "block", 1))
    assert unlock(outer, locked, bound("a", "block", 1)) == FULL.to_bytes()
    for elsewhere in (bound("b", "block", 1), bound("a", "phone", 1), bound("a", "block", 2)):
        with pytest.raises(NotFound):
            unlock(outer, locked, elsewhere)


def test_without_the_outer_key_nothing_opens():
    locked = lock(FileKey(os.urandom(32)), FULL.to_bytes(), bound("a", "block", 1))
    with pytest.raises(NotFound):
        unlock(FileKey(os.urandom(32)), locked, bound("a", "block", 1))


def test_a_new_outer_key_takes_over_without_touching_the_content():
    first, second = os.urandom(32), os.urandom(32)
    place = bound("a", "block", 1)
    locked = lock(FileKey(first), b"0.133", place)
    moved = rewrap(FileKey(second, first), locked, place)
    assert isinstance(moved, Locked)
    assert moved.content == locked.content
    assert unlock(FileKey(second), moved, place) == b"0.133"
