"""Hash and check passwords of staff (Argon2id, RFC 9106).

A check takes the same time whether or not the name exists.
"""

from __future__ import annotations

import secrets
from functools import cache
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from app.core.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 200
"""Longer passwords are refused before they are hashed."""
_MEMORY_KIB = 19_456
_PASSES = 2
_CLEAR_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""31 characters that are hard to confuse."""
_COMMON_WORDS = (
    "password", "passw0rd", "katasandi", "rahasia", "sandi", "bontang", "siaga", "diskominfo", "indonesia",
    "qwerty", "asdfgh", "zxcvbn", "1q2w3e", "admin", "administrator", "operator", "supervisor", "auditor",
    "letmein", "welcome", "selamat", "bismillah", "merdeka", "sayang", "cintaku", "abcdef", "damkar", "polres",
    "123456", "654321", "112112", "0123456789", "9876543210",
)  # fmt: skip
"""Common guesses; a password of these plus fewer than six other characters is refused."""


class _Lane:
    """Limit checks to one at a time with a short queue, so that memory and threads stay free for reports."""

    def __init__(self, waiting: int) -> None:
        self._queue, self._turn = BoundedSemaphore(waiting), Lock()

    def __enter__(self) -> None:
        if not self._queue.acquire(blocking=False):
            raise Unavailable("too_many_sign_ins", retry_after_s=2)
        self._turn.acquire()

    def __exit__(self, *_: object) -> None:
        self._turn.release()
        self._queue.release()


_KNOWN, _STRANGERS = _Lane(8), _Lane(3)
"""Two lanes in each process, so hashing takes at most twice `_MEMORY_KIB`."""


def generate() -> str:
    """Return a random password that is easy to type (four groups of four, 79 bits)."""
    return "-".join("".join(secrets.choice(_CLEAR_CHARACTERS) for _ in range(4)) for _ in range(4))


def check_strength(password: str, *, name: str) -> None:
    """Check that a password is long and uncommon enough.

    Raises:
        Invalid: `/password` with `too_short`, `too_long`, `too_simple` or `too_common`.
    """
    plain = password.casefold()
    rest = plain.replace(name.casefold(), "")
    for word in _COMMON_WORDS:
        rest = rest.replace(word, "")
    if len(password) < MINIMUM_LENGTH:
        fault = "too_short"
    elif len(password) > MAXIMUM_LENGTH:
        fault = "too_long"
    elif len(set(plain)) < 5:
        fault = "too_simple"
    elif len(rest) < min(6, len(plain)) and rest != plain:
        fault = "too_common"
    else:
        return
    raise Invalid([("/password", fault)])


def hashed(password: str) -> str:
    """Return the Argon2id hash to store."""
    with _KNOWN:
        return _hasher().hash(password)


def matches(stored: str | None, password: str, *, known: bool) -> bool:
    """Return whether `password` matches the hash `stored`; without a hash, take the same time and return False.

    `known`: the client has signed in before; it has a separate lane, so that unknown clients cannot make it wait.

    Raises:
        Unavailable: the queue of checks is full.
    """
    from argon2.exceptions import InvalidHashError, VerifyMismatchError

    no_password = _hash_of_no_password()
    if len(password) > MAXIMUM_LENGTH:
        return False
    with _KNOWN if known else _STRANGERS:
        try:
            return _hasher().verify(stored or no_password, password) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Return whether `stored` was made with weaker parameters than the present ones."""
    return _hasher().check_needs_rehash(stored)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1)


@cache
def _hash_of_no_password() -> str:
    return _hasher().hash(secrets.token_hex(16))
