"""Parse and check sealed envelopes. The server stores them and cannot open them.

Layout: magic `S112`, version u8, suite u8, roster version u32, wraps u8,
`wraps` times (key id 8, HPKE enc 65, wrapped key 48), IV 12, body 8,208. Integers big-endian.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from struct import Struct

from app.core.errors import Invalid

MAGIC = b"S112"
VERSION = 1
SUITE = 1
"""HPKE base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; body AES-256-GCM."""
MOST_WRAPS = 32
BODY_BYTES = 8192
_TAG = 16
_HEADER = Struct(">4sBBIB")
_WRAP = Struct(">8s113s")
_IV = 12


@dataclass(frozen=True, slots=True)
class Envelope:
    """Hold the wraps (key id → wrapped content key) and the ciphertext of an envelope."""

    header: bytes
    roster_version: int
    wraps: dict[str, bytes]
    iv: bytes
    body: bytes

    def to_bytes(self) -> bytes:
        """Return the envelope in its transport form."""
        wraps = b"".join(bytes.fromhex(key_id) + wrap for key_id, wrap in self.wraps.items())
        return self.header + wraps + self.iv + self.body


def read_envelope(text: str) -> Envelope:
    """Parse a base64url envelope.

    Raises:
        Invalid: malformed, truncated, oversized, of an unknown version or suite; the error reveals nothing of it.
    """
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return _parse(content)
    except (binascii.Error, ValueError):
        raise Invalid([("/sealed", "unreadable")]) from None


def header_of(roster_version: int, wraps: int) -> bytes:
    """Return the header that authenticates the body."""
    return _HEADER.pack(MAGIC, VERSION, SUITE, roster_version, wraps)


def _parse(content: bytes) -> Envelope:
    header = content[: _HEADER.size]
    if len(header) < _HEADER.size:
        raise ValueError("truncated")
    magic, version, suite, roster_version, count = _HEADER.unpack(header)
    if (magic, version, suite) != (MAGIC, VERSION, SUITE) or not 0 < count <= MOST_WRAPS:
        raise ValueError("unknown")
    start, end = _HEADER.size, _HEADER.size + count * _WRAP.size
    if len(content) != end + _IV + BODY_BYTES + _TAG:
        raise ValueError("length")
    wraps = {key_id.hex(): wrap for key_id, wrap in _WRAP.iter_unpack(content[start:end])}
    if len(wraps) != count:
        raise ValueError("a key twice")
    return Envelope(header, roster_version, wraps, content[end : end + _IV], content[end + _IV :])


def for_reader(header: bytes, key_id: str, wrap: bytes, rest: bytes) -> bytes:
    """Return an envelope for one reader: the wrap of this reader, and zeros in place of all others.

    The header, which authenticates the body, keeps the original number of wraps; the other readers stay hidden.
    """
    count = _HEADER.unpack(header)[4]
    blanks = b"".join(_WRAP.pack(bytes(7) + bytes([index]), b"") for index in range(count - 1))
    return header + bytes.fromhex(key_id) + wrap + blanks + rest
