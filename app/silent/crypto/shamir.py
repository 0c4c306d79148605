"""Split and combine a secret with Shamir's scheme (1979).

Any two of three shares restore it and one alone reveals nothing.

Arithmetic is in GF(256) with AES's polynomial x⁸+x⁴+x³+x+1; each byte of the secret is one polynomial of its own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

_POLYNOMIAL: Final = 0x11B


def _tables() -> tuple[bytes, bytes]:
    power, log, value = bytearray(255), bytearray(256), 1
    for exponent in range(255):
        power[exponent], log[value] = value, exponent
        value ^= value << 1  # times three, which generates the field
        if value & 0x100:
            value ^= _POLYNOMIAL
    return bytes(power), bytes(log)


_POWER, _LOG = _tables()


def split(secret: bytes, *, shares: int = 3, needed: int = 2) -> dict[int, bytes]:
    """Return `shares` shares by number (1, 2, 3 …), each as long as the secret.

    Raises:
        ValueError: fewer than two needed, more needed than there are, or more than 255.
    """
    if not 2 <= needed <= shares <= 255:
        raise ValueError("needed and shares do not fit")
    polynomials = [secret, *(os.urandom(len(secret)) for _ in range(needed - 1))]
    return {
        number: bytes(_at(coefficients, number) for coefficients in zip(*polynomials, strict=True))
        for number in range(1, shares + 1)
    }


def combine(shares: Mapping[int, bytes]) -> bytes:
    """Return the secret when the shares suffice and belong together, noise otherwise.

    Raises:
        ValueError: none, of different lengths, or a number outside 1 to 255.
    """
    if len({len(share) for share in shares.values()}) != 1 or not all(0 < number < 256 for number in shares):
        raise ValueError("shares do not fit")
    weights = {number: _weight(number, shares) for number in shares}
    secret = bytearray(len(next(iter(shares.values()))))
    for number, share in shares.items():
        for index, value in enumerate(share):
            secret[index] ^= _times(weights[number], value)
    return bytes(secret)


def _at(coefficients: tuple[int, ...], point: int) -> int:
    """Evaluate a polynomial (Horner), lowest coefficient first."""
    value = 0
    for coefficient in reversed(coefficients):
        value = _times(value, point) ^ coefficient
    return value


def _weight(number: int, shares: Mapping[int, bytes]) -> int:
    """Return the Lagrange factor of a share at zero; subtraction equals addition here."""
    weight = 1
    for other in shares:
        if other != number:
            weight = _times(weight, _over(other, other ^ number))
    return weight


def _times(first: int, other: int) -> int:
    return _POWER[(_LOG[first] + _LOG[other]) % 255] if first and other else 0


def _over(first: int, other: int) -> int:
    return _POWER[(_LOG[first] - _LOG[other]) % 255] if first else 0
