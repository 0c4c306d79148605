"""A push that only one browser can read: RFC 8291 on RFC 8188 (`aes128gcm`), see docs/decisions/0012."""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PADDED_TO: Final = 1024
"""Every message is filled up to a multiple of this: its length tells a push service nothing."""
_CURVE = ec.SECP256R1()
_ECDH = ec.ECDH()
_RECORD = (4096).to_bytes(4, "big")
_KEY_LENGTH = bytes([65])


def encrypt(content: bytes, *, p256dh: str, auth: str) -> bytes:
    """Return the body for a subscription's keys (base64url); its key pair and salt are new each time.

    Raises:
        ValueError: `p256dh` is no point of P-256.
    """
    return seal(
        content,
        receiver=_bytes(p256dh),
        auth=_bytes(auth),
        sender=ec.generate_private_key(_CURVE),
        salt=os.urandom(16),
    )


def seal(
    content: bytes, *, receiver: bytes, auth: bytes, sender: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """Encrypt with a given key pair and salt (RFC 8291, section 3.4; example in its appendix A)."""
    public = sender.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = sender.exchange(_ECDH, ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, receiver))
    secret = _mac(_mac(auth, shared), b"WebPush: info\0" + receiver + public + b"\x01")
    extracted = _mac(salt, secret)
    key = _mac(extracted, b"Content-Encoding: aes128gcm\0\x01")[:16]
    nonce = _mac(extracted, b"Content-Encoding: nonce\0\x01")[:12]
    return salt + _RECORD + _KEY_LENGTH + public + AESGCM(key).encrypt(nonce, content, None)


def padded(content: bytes) -> bytes:
    """Return the one record of a message: content, the last record's mark, zeros (RFC 8188, section 2)."""
    return content + b"\x02" + bytes(-(len(content) + 1) % PADDED_TO)


def _mac(key: bytes, content: bytes) -> bytes:
    """HMAC-SHA-256: one step of HKDF, whose outputs here are never longer than a hash (RFC 5869)."""
    return hmac.digest(key, content, "sha256")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
