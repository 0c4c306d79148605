"""Sign and verify the roster of keys that sealed items are wrapped for.

UPTD PPA's root signs it offline; the server only distributes it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.core.errors import Invalid
from app.core.lazy_import import late

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, utils
else:
    exceptions = late("cryptography.exceptions")
    hashes = late("cryptography.hazmat.primitives.hashes")
    serialization = late("cryptography.hazmat.primitives.serialization")
    ec = late("cryptography.hazmat.primitives.asymmetric.ec")
    utils = late("cryptography.hazmat.primitives.asymmetric.utils")

ROLES = ("counsellor", "recovery")
MOST_KEYS = 32
_REFUSED = [("/roster", "refused")]


@dataclass(frozen=True, slots=True)
class RosterKey:
    """Hold a reader's public key: uncompressed P-256 point, 65 bytes."""

    public: bytes
    role: str
    not_after: datetime

    @property
    def id(self) -> str:
        """Return the key id: the first 8 bytes of its SHA-256, hex."""
        return key_id(self.public)


@dataclass(frozen=True, slots=True)
class Roster:
    """Hold the content of a roster whose signature was verified."""

    version: int
    not_after: datetime
    members: tuple[RosterKey, ...]

    def valid(self, moment: datetime) -> list[RosterKey]:
        """Return the keys that may be sealed to at `moment`."""
        return [member for member in self.members if member.not_after > moment]


def key_id(public: bytes) -> str:
    """Return the id of a public key: the first 8 bytes of its SHA-256, hex."""
    return hashlib.sha256(public).hexdigest()[:16]


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as an uncompressed point."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def sign_roster(
    root: ec.EllipticCurvePrivateKey, version: int, not_after: datetime, members: Sequence[RosterKey]
) -> dict[str, str]:
    """Return the signed roster in its published form: payload and signature, base64url."""
    return sign_payload(root, payload_of(version, not_after, members))


def payload_of(version: int, not_after: datetime, members: Sequence[RosterKey]) -> bytes:
    """Return the payload to sign."""
    return json.dumps(
        {
            "version": version,
            "not_after": _stamp(not_after),
            "keys": [
                {"id": m.id, "role": m.role, "public": b64(m.public), "not_after": _stamp(m.not_after)}
                for m in members
            ],
        },
        separators=(",", ":"),
    ).encode()


def sign_payload(root: ec.EllipticCurvePrivateKey, payload: bytes) -> dict[str, str]:
    """Sign a payload; the root does this on an offline machine."""
    r, s = utils.decode_dss_signature(root.sign(payload, ec.ECDSA(hashes.SHA256())))
    return {"payload": b64(payload), "signature": b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))}


def read_roster(signed: Any, root: bytes, *, last_seen: int, moment: datetime) -> Roster:
    """Verify a signed roster and return its content.

    Raises:
        Invalid: unsigned, expired, older than `last_seen`, or with a key that contradicts its own entry.
    """
    try:
        payload, signature = unb64(signed["payload"]), unb64(signed["signature"])
        _verify(root, payload, signature)
        roster = read_payload(payload)
    except (KeyError, TypeError, ValueError, exceptions.InvalidSignature):
        raise Invalid(_REFUSED) from None
    members = roster.members
    sound = 0 < len(members) <= MOST_KEYS and len({m.id for m in members}) == len(members)
    if not sound or roster.version < last_seen or roster.not_after <= moment or not roster.valid(moment):
        raise Invalid(_REFUSED)
    return roster


def read_payload(payload: bytes) -> Roster:
    """Parse a payload without checking a signature.

    Raises:
        KeyError, TypeError, ValueError: the payload is no roster.
    """
    document = json.loads(payload)
    members = tuple(_member(entry) for entry in document["keys"])
    return Roster(int(document["version"]), _moment(document["not_after"]), members)


def _member(entry: Any) -> RosterKey:
    public = unb64(entry["public"])
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    member = RosterKey(public, entry["role"], _moment(entry["not_after"]))
    if member.role not in ROLES or member.id != entry["id"] or len(public) != 65:
        raise ValueError("the key contradicts its entry")
    return member


def _verify(root: bytes, payload: bytes, signature: bytes) -> None:
    if len(signature) != 64:
        raise exceptions.InvalidSignature
    der = utils.encode_dss_signature(
        int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    )
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), root)
    key.verify(der, payload, ec.ECDSA(hashes.SHA256()))


def b64(content: bytes) -> str:
    """Encode bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Decode base64url.

    Raises:
        ValueError: the text is not base64url.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its time zone")
    return moment
