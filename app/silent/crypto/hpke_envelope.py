"""Seal and open envelopes with HPKE, for offline recovery, rewrapping and tests.

The web process never calls this: it holds no key.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from app.core.errors import Invalid
from app.silent.crypto.envelope import BODY_BYTES, Envelope, header_of

HPKE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what an envelope is bound to: the report's idempotency key, and its purpose."""

    report: str
    purpose: str

    def wrap_info(self, roster_version: int, key_id: str) -> bytes:
        """Return HPKE's `info`, so that a wrap moved elsewhere does not open."""
        return f"siaga112/v1/wrap|{self.report}|{roster_version}|{key_id}|{self.purpose}".encode()

    def body_data(self, header: bytes) -> bytes:
        """Return the additional data of the body."""
        return f"siaga112/v1/body|{self.report}|{self.purpose}|".encode() + header


def seal(
    context: Context, roster_version: int, to: Mapping[str, EllipticCurvePublicKey], plain: bytes
) -> str:
    """Return the base64url envelope of `plain` (at most 8,188 bytes) for the keys of a roster."""
    if len(plain) > BODY_BYTES - 4:
        raise Invalid([("/sealed", "too_large")])
    key, iv = os.urandom(32), os.urandom(12)
    header = header_of(roster_version, len(to))
    wraps = {
        key_id: HPKE.encrypt(key, public, context.wrap_info(roster_version, key_id))
        for key_id, public in to.items()
    }
    block = (len(plain).to_bytes(4, "big") + plain).ljust(BODY_BYTES, b"\0")
    body = AESGCM(key).encrypt(iv, block, context.body_data(header))
    whole = Envelope(header, roster_version, wraps, iv, body).to_bytes()
    return base64.urlsafe_b64encode(whole).rstrip(b"=").decode()


def unseal(context: Context, envelope: Envelope, key_id: str, private: EllipticCurvePrivateKey) -> bytes:
    """Open an envelope.

    Raises:
        Invalid: not for this key, damaged, or moved from another report, purpose or roster.
    """
    key = content_key(context, envelope, key_id, private)
    try:
        block = AESGCM(key).decrypt(envelope.iv, envelope.body, context.body_data(envelope.header))
    except InvalidTag:
        raise Invalid([("/sealed", "unreadable")]) from None
    length = int.from_bytes(block[:4], "big")
    if length > BODY_BYTES - 4:
        raise Invalid([("/sealed", "unreadable")])
    return block[4 : 4 + length]


def content_key(context: Context, envelope: Envelope, key_id: str, private: EllipticCurvePrivateKey) -> bytes:
    """Return the content key that was wrapped for `key_id`.

    Raises:
        Invalid: not for this key, or moved.
    """
    if key_id not in envelope.wraps:
        raise Invalid([("/sealed", "unreadable")])
    info = context.wrap_info(envelope.roster_version, key_id)
    try:
        return HPKE.decrypt(envelope.wraps[key_id], private, info)
    except (InvalidTag, ValueError):
        raise Invalid([("/sealed", "unreadable")]) from None
