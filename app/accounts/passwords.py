"""Passwords of staff: Argon2id (RFC 9106), checked in the same time whether or not the name exists."""

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
"""Longer ones are refused before they cost anything."""
_MEMORY_KIB = 19_456
_PASSES = 2
_EASY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""31 signs that look different from each other."""
_KNOWN_EVERYWHERE = (
    "password", "passw0rd", "katasandi", "rahasia", "sandi", "bontang", "siaga", "diskominfo", "indonesia",
    "qwerty", "asdfgh", "zxcvbn", "1q2w3e", "admin", "administrator", "operator", "supervisor", "auditor",
    "letmein", "welcome", "selamat", "bismillah", "merdeka", "sayang", "cintaku", "abcdef", "damkar", "polres",
    "123456", "654321", "112112", "0123456789", "9876543210",
)  # fmt: skip
"""What is tried first; a password that is one of these plus fewer than six other signs is refused."""


class _Lane:
    """One check at a time and a short line before it: memory and threads stay free for reports."""

    def __init__(self, line: int) -> None:
        self._line, self._turn = BoundedSemaphore(line), Lock()

    def __enter__(self) -> None:
        if not self._line.acquire(blocking=False):
            raise Unavailable("too_many_sign_ins", retry_after_s=2)
        self._turn.acquire()

    def __exit__(self, *_: object) -> None:
        self._turn.release()
        self._line.release()


_KNOWN, _STRANGERS = _Lane(8), _Lane(3)
"""Two lanes in each process, so at most twice `_MEMORY_KIB`."""


def generate() -> str:
    """Return a password that is easy to type: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(_EASY_LETTERS) for _ in range(4)) for _ in range(4))


def check_strength(password: str, *, name: str) -> None:
    """Refuse a password that would be guessed early.

    Raises:
        Invalid: `/password` with `too_short`, `too_long`, `too_simple` or `too_common`.
    """
    plain = password.casefold()
    rest = plain.replace(name.casefold(), "")
    for word in _KNOWN_EVERYWHERE:
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
    """Tell whether `password` belongs to `stored`; without one, spend the same time and say no.

    `known`: somebody who was here before; a crowd of strangers never keeps them waiting.

    Raises:
        Unavailable: too many others are waiting already.
    """
    from argon2.exceptions import InvalidHashError, VerifyMismatchError

    nobody = _nobody()
    if len(password) > MAXIMUM_LENGTH:
        return False
    with _KNOWN if known else _STRANGERS:
        try:
            return _hasher().verify(stored or nobody, password) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Tell whether the parameters have grown since `stored` was made."""
    return _hasher().check_needs_rehash(stored)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1)


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))
