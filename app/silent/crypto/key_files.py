"""Read and write key files kept by people: root key, three shares of the recovery key, public points."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.core.errors import Invalid
from app.core.lazy_import import late
from app.silent.crypto.shamir import combine, split
from app.silent.crypto.signed_roster import b64, key_id, point, unb64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
else:
    serialization = late("cryptography.hazmat.primitives.serialization")
    ec = late("cryptography.hazmat.primitives.asymmetric.ec")

ROOT_KEY: Final = "root.key"
ROOT_PUBLIC: Final = "root.pub"
RECOVERY_PUBLIC: Final = "recovery.pub"
SHARES: Final = 3
NEEDED: Final = 2
_SHARE: Final = re.compile(r"siaga112-share/v1 (\d) ([0-9a-f]{16}) ((?:[0-9a-f]{4} ){16})([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Share:
    """Hold one share of a recovery key; `of` is the id of that key."""

    number: int
    of: str
    piece: bytes

    def line(self) -> str:
        """Return the printable line, with a checksum against copying errors."""
        words = " ".join(re.findall("....", self.piece.hex()))
        return f"siaga112-share/v1 {self.number} {self.of} {words} {self._check()}"

    def _check(self) -> str:
        return hashlib.sha256(f"{self.number}|{self.of}|{self.piece.hex()}".encode()).hexdigest()[:8]

    @classmethod
    def read(cls, text: str) -> Share:
        """Parse the share that occurs anywhere in `text`.

        Raises:
            Invalid: there is none, or it was copied wrongly.
        """
        found = _SHARE.search(" ".join(text.lower().split()))
        if found is None:
            raise Invalid([("/share", "no_share")])
        share = cls(int(found[1]), found[2], bytes.fromhex(found[3]))
        if share._check() != found[4]:
            raise Invalid([("/share", "share_damaged")])
        return share


def new_key() -> ec.EllipticCurvePrivateKey:
    """Generate a P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def share_out(recovery: ec.EllipticCurvePrivateKey) -> list[Share]:
    """Split a recovery key into three shares, any two of which restore it."""
    secret = recovery.private_numbers().private_value.to_bytes(32, "big")
    name = key_id(point(recovery.public_key()))
    pieces = split(secret, shares=SHARES, needed=NEEDED)
    return [Share(number, name, piece) for number, piece in pieces.items()]


def recovery_key(shares: Iterable[Share]) -> ec.EllipticCurvePrivateKey:
    """Restore the recovery key from its shares.

    Raises:
        Invalid: too few shares, or shares of different keys.
    """
    held = {share.number: share for share in shares}
    if len(held) < NEEDED:
        raise Invalid([("/share", "too_few_shares")])
    try:
        scalar = int.from_bytes(combine({number: share.piece for number, share in held.items()}), "big")
        key = ec.derive_private_key(scalar, ec.SECP256R1())
    except ValueError:
        raise Invalid([("/share", "shares_do_not_fit")]) from None
    if {key_id(point(key.public_key()))} != {share.of for share in held.values()}:
        raise Invalid([("/share", "shares_do_not_fit")])
    return key


def read_private(file: Path) -> ec.EllipticCurvePrivateKey:
    """Read the P-256 key of a PEM file.

    Raises:
        OSError: the file cannot be read.
        Invalid: the file holds no P-256 key.
    """
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (ValueError, TypeError):
        raise Invalid([("/key", "no_key")]) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise Invalid([("/key", "no_key")])
    return key


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a private key in PEM form."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def read_point(text: str) -> bytes:
    """Parse an uncompressed P-256 point from base64url.

    Raises:
        Invalid: the text is no such point.
    """
    try:
        content = unb64(text.strip())
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), content)
    except (ValueError, TypeError):
        raise Invalid([("/key", "no_key")]) from None
    if len(content) != 65:
        raise Invalid([("/key", "no_key")])
    return content


def write_point(public: bytes) -> bytes:
    """Return the content of a `.pub` file for a point: one line."""
    return b64(public).encode() + b"\n"


def write_private_file(file: Path, content: bytes) -> None:
    """Write a new file readable by its owner alone, on disk before this returns; keep an existing file.

    Raises:
        OSError: the file exists, or cannot be written.
    """
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as sink:
        sink.write(content)
        sink.flush()
        os.fsync(sink.fileno())
