"""Create identifiers: UUID version 7 (RFC 9562), so that rows sort by creation time."""

from __future__ import annotations

import os
import threading
import time
import uuid
from datetime import datetime

_RANDOM_BYTES = 10
_POOL_BYTES = 400 * _RANDOM_BYTES


class _Pool(threading.local):
    """Random bytes kept in advance, one pool a thread.

    A system call for each id would release the interpreter lock in the middle of a request.
    """

    stock = b""

    def take(self) -> bytes:
        if not self.stock:
            self.stock = os.urandom(_POOL_BYTES)
        taken, self.stock = self.stock[:_RANDOM_BYTES], self.stock[_RANDOM_BYTES:]
        return taken


_POOL = _Pool()


def _clear_pool() -> None:
    _POOL.stock = b""


os.register_at_fork(after_in_child=_clear_pool)


def new_id(*, at_ms: int | None = None) -> str:
    """Return a new UUIDv7 as text; `at_ms` is Unix time in milliseconds, now when missing."""
    stamp = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    raw = bytearray(stamp.to_bytes(6, "big") + _POOL.take())
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def first_id_at(moment: datetime) -> str:
    """Return the smallest UUIDv7 of a moment; ids created then or later are not smaller."""
    text = int(moment.timestamp() * 1000).to_bytes(6, "big").hex()
    return f"{text[:8]}-{text[8:12]}-7000-8000-000000000000"


def is_id(text: str) -> bool:
    """Return whether `text` is a UUID in its canonical form, of any version."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
