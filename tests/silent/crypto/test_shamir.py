"""Two of three pieces give the secret back, one tells nothing."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.silent.crypto.shamir import combine, split


@given(st.binary(min_size=1, max_size=64), st.integers(2, 6), st.integers(0, 4))
def test_every_choice_of_enough_pieces_gives_it_back(secret, needed, spare):
    pieces = split(secret, shares=needed + spare, needed=needed)
    for chosen in combinations(pieces, needed):
        assert combine({number: pieces[number] for number in chosen}) == secret
    assert combine(pieces) == secret


def test_one_piece_is_as_likely_whatever_the_secret():
    """Every value of the piece fits every secret: of 256 lines through it, each meets zero at another place."""
    piece = {2: b"\x2a"}
    found = {combine({**piece, 1: bytes([other])}) for other in range(256)}
    assert found == {bytes([value]) for value in range(256)}


def test_pieces_of_one_secret_differ_from_time_to_time():
    seen = Counter(split(b"\0")[1] for _ in range(2000))
    assert len(seen) > 200


def test_a_piece_of_another_splitting_does_not_give_the_secret():
    secret = bytes(range(32))
    assert combine({1: split(secret)[1], 2: split(secret)[2]}) != secret


def test_known_values():
    """Worked by hand: f(x) = 0x53 + 0xca·x; 0x53 · 0xca = 1 in AES's field (FIPS 197, section 4.2)."""
    assert combine({1: bytes([0x53 ^ 0xCA]), 0x53: bytes([0x53 ^ 0x01])}) == b"\x53"


@pytest.mark.parametrize("pieces", [{}, {0: b"a", 1: b"b"}, {1: b"a", 2: b"bc"}, {256: b"a"}])
def test_what_cannot_be_combined_is_refused(pieces):
    with pytest.raises(ValueError):
        combine(pieces)


@pytest.mark.parametrize(("shares", "needed"), [(3, 1), (2, 3), (256, 2)])
def test_a_splitting_that_protects_nothing_is_refused(shares, needed):
    with pytest.raises(ValueError):
        split(b"x", shares=shares, needed=needed)
