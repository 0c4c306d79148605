"""Seal dispatch summaries to the public point of the master key while a key service is unreachable.

A call for help is stored although the key cannot be fetched, and is readable again when the service returns the
key. Sealing needs the public point alone: disk, database and backup together open nothing with it. A MAC under the
installation's `secret.key` binds each field too, so that nobody without that file can make a field that opens.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.core.errors import NotFound
from app.core.lazy_import import late

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives import hashes, hpke
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.kdf import hkdf
else:
    exceptions = late("cryptography.exceptions")
    hashes = late("cryptography.hazmat.primitives.hashes")
    hpke = late("cryptography.hazmat.primitives.hpke")
    ec = late("cryptography.hazmat.primitives.asymmetric.ec")
    hkdf = late("cryptography.hazmat.primitives.kdf.hkdf")

FILE: Final = "outer.pub"
SEALED: Final = 65 + 32 + 16
"""Bytes of a sealed data key: HPKE's point, the key, the tag. A wrapped one has 60."""
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of P-256 (SEC 2)."""


@dataclass(frozen=True, slots=True)
class OfflineSealing:
    """Seal to the public point of the newest known master key, stored in a file of the data folder."""

    file: Path
    secret: bytes = field(repr=False)
    """Secret of the installation (`secret.key`)."""

    def keep(self, newest: bytes) -> None:
        """Store the point of this key; the file time records when it was last known as the newest."""
        content = _point(newest)
        if self._content() == content:
            os.utime(self.file)
            return
        handle, name = tempfile.mkstemp(dir=self.file.parent, prefix=FILE)
        with os.fdopen(handle, "wb") as sink:
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
        Path(name).replace(self.file)

    def key_received_at(self) -> datetime | None:
        """Return when this machine last received the key, None if never."""
        try:
            return datetime.fromtimestamp(self.file.stat().st_mtime, UTC)
        except OSError:
            return None

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """Return `key` sealed to the point.

        Raises:
            NotFound: this machine never received a key, or the file is damaged.
        """
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self._content() or b"")
        except ValueError:
            raise NotFound from None
        return _suite().encrypt(key, public, _info(self.secret, bound_to))

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """Refuse to open anything, because the public point holds no secret.

        Raises:
            NotFound: always.
        """
        del wrapped, bound_to
        raise NotFound

    def _content(self) -> bytes | None:
        try:
            return self.file.read_bytes()
        except OSError:
            return None


def unseal(keys: Iterable[bytes], secret: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Return the data key that was sealed to the point of one of `keys`.

    Raises:
        NotFound: sealed to none of them, another row's field, or damaged.
    """
    for key in keys:
        try:
            return _suite().decrypt(sealed, _private(key), _info(secret, bound_to))
        except (exceptions.InvalidTag, ValueError):
            continue
    raise NotFound


def _suite() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def _private(master_key: bytes) -> ec.EllipticCurvePrivateKey:
    """Derive the private key from the master key itself, so that nothing more has to be stored."""
    derived = hkdf.HKDF(hashes.SHA256(), 48, None, b"siaga112/v1/outer-point").derive(master_key)
    return ec.derive_private_key(int.from_bytes(derived, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def _point(master_key: bytes) -> bytes:
    from app.silent.crypto.signed_roster import point

    return point(_private(master_key).public_key())


def _info(secret: bytes, bound_to: bytes) -> bytes:
    return hmac.new(secret, b"siaga112/v1/outer-sealed|" + bound_to, hashlib.sha256).digest()
