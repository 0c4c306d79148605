"""What the standards ask of a request to a push service: RFC 8030, 8188, 8291, 8292."""

from __future__ import annotations

import base64
import json
import re
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

DAY_S = 86400
LARGEST = 4096


def to_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a key's public point as the Push API spells it (SEC 1, uncompressed)."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def decrypt(body: bytes, *, private: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """Read a push as a browser does (RFC 8291, section 3), by no code that wrote it.

    Raises:
        ValueError: it is not exactly one record that is marked as the last one (RFC 8188, section 2).
        cryptography.exceptions.InvalidTag: it is for somebody else, or was changed.
    """
    salt, size, sender, record = body[:16], int.from_bytes(body[16:20], "big"), body[21:86], body[86:]
    if body[20] != 65 or len(record) > size:
        raise ValueError("not one record")
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    secret = _derive(shared, 32, salt=auth, info=b"WebPush: info\0" + point_of(private) + sender)
    key = _derive(secret, 16, salt=salt, info=b"Content-Encoding: aes128gcm\0")
    nonce = _derive(secret, 12, salt=salt, info=b"Content-Encoding: nonce\0")
    content = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
    if not content.endswith(b"\x02"):
        raise ValueError("not the last record")
    return content[:-1]


def _derive(secret: bytes, length: int, *, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def fault_of(headers: dict[str, str], body: bytes, *, origin: str, key: str | None) -> str:
    """Return what is wrong with a request, "" when nothing is.

    Args:
        headers: names in lower case.
        body: as it came.
        origin: of this service: whom the VAPID claim must be for.
        key: the only server key that may send, base64url; None allows any.
    """
    checks = {
        "ttl": re.fullmatch(r"\d{1,9}", headers.get("ttl", "")),
        "urgency": headers.get("urgency", "normal") in {"very-low", "low", "normal", "high"},
        "topic": re.fullmatch(r"[\w-]{1,32}", headers.get("topic", "x"), re.ASCII),
        "encoding": headers.get("content-encoding") == "aes128gcm",
        "too large": len(body) <= LARGEST,
        "record": len(body) > 21 and body[20] == 65,
    }
    wrong = [name for name, fine in checks.items() if not fine]
    return wrong[0] if wrong else _vapid_fault(headers.get("authorization", ""), origin, key)


def _vapid_fault(header: str, origin: str, key: str | None) -> str:
    found = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)", header)
    if not found:
        return "vapid: not of its form"
    head, claims, signature, public = found.groups()
    token_claims = json.loads(to_bytes(claims))
    checks = {
        "signature": _signed(f"{head}.{claims}", to_bytes(signature), to_bytes(public)),
        f"for {token_claims.get('aud')}": token_claims.get("aud") == origin,
        "time": time.time() < token_claims.get("exp", 0) <= time.time() + DAY_S,
        "subject": token_claims.get("sub", "").startswith(("mailto:", "https:")),
        "another key": key is None or to_bytes(key) == to_bytes(public),
    }
    wrong = [name for name, fine in checks.items() if not fine]
    return f"vapid: {wrong[0]}" if wrong else ""


def _signed(text: str, signature: bytes, point: bytes) -> bool:
    numbers = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    try:
        public.verify(utils.encode_dss_signature(*numbers), text.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
