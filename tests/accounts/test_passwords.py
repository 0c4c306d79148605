"""Passwords: what is refused, what is stored, and that nobody waits behind a crowd."""

import threading
import time

import pytest
from argon2 import PasswordHasher

from app.accounts import passwords
from app.core.errors import Invalid, Unavailable


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("pendek-9", "too_short"),
        ("aaaaaaaaaaaaaaa", "too_simple"),
        ("1212121212121212", "too_simple"),
        ("Bontang2026", "too_common"),
        ("siaga112112", "too_common"),
        ("operator1operator1", "too_common"),
        ("Password123!", "too_common"),
        ("qwerty123456", "too_common"),
        ("x" * 150 + "abcdefgh" * 10, "too_long"),
    ],
)
def test_a_password_that_is_guessed_early_is_refused_with_its_reason(password, why):
    with pytest.raises(Invalid) as refused:
        passwords.check_strength(password, name="operator1")
    assert refused.value.faults == [("/password", why)]


@pytest.mark.parametrize(
    "password", ["kuda laut di dermaga", "tujuh-perahu-pasang", "J4ngk@r-b1ru-laut", "密碼很長而且很難猜到"]
)
def test_a_long_or_unusual_password_is_taken(password):
    passwords.check_strength(password, name="operator1")


def test_a_made_password_is_easy_to_type_and_hard_to_guess():
    made = {passwords.generate() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        groups = password.split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        assert not set(password) & set("01ilo")
        passwords.check_strength(password, name="operator1")
    assert 31**16 > 2**70


def test_what_is_stored_is_argon2id():
    stored = passwords.hashed("kuda laut di dermaga")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(stored, "kuda laut di dermaga", known=False)
    assert not passwords.matches(stored, "kuda laut di dermag", known=False)
    assert not passwords.matches(None, "kuda laut di dermaga", known=False)
    assert not passwords.matches("not a hash", "kuda laut di dermaga", known=False)


def test_a_hash_of_smaller_parameters_is_outdated():
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("kuda laut di dermaga")
    assert passwords.matches(old, "kuda laut di dermaga", known=True)
    assert passwords.is_outdated(old)
    assert not passwords.is_outdated(passwords.hashed("kuda laut di dermaga"))


def test_a_crowd_of_strangers_is_turned_away_while_known_staff_pass():
    stored, outcomes = passwords.hashed("kuda laut di dermaga"), []

    def stranger():
        try:
            outcomes.append(passwords.matches(stored, "a guess of a stranger", known=False))
        except Unavailable as fault:
            outcomes.append(fault.extra["retry_after_s"])

    crowd = [threading.Thread(target=stranger) for _ in range(40)]
    with passwords._STRANGERS:  # somebody whose check takes as long as the test
        for item in crowd:
            item.start()
        assert passwords.matches(stored, "kuda laut di dermaga", known=True)
        while sum(item.is_alive() for item in crowd) > 2:
            time.sleep(0.01)
    for entry in crowd:
        entry.join()
    assert outcomes.count(2) == 38
    assert outcomes.count(False) == 2
