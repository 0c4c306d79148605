"""Open sealed items with the recovery key, when every counsellor's key is lost or in a drill.

Each use is logged.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Invalid
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.crypto.attachments import ChunkStore
from app.silent.crypto.envelope import BODY_BYTES
from app.silent.crypto.rewrap import ReaderWrap, content_key
from app.silent.crypto.signed_roster import unb64
from app.silent.sealed_models import SealedFile, SealedItem


@dataclass(frozen=True, slots=True)
class Opened:
    """Hold one decrypted item."""

    id: str
    case_id: str
    purpose: str
    content: bytes


def open_all(
    session: Session, sealed: Sequence[ReaderWrap], private: EllipticCurvePrivateKey
) -> Iterator[Opened | None]:
    """Yield every item decrypted, None for an item that does not open."""
    for entry in sealed:
        item = session.get(SealedItem, entry.id)
        key = content_key(entry, private)
        if item is None or key is None:
            yield None
            continue
        try:
            block = AESGCM(key).decrypt(item.iv, item.body, entry.context.body_data(item.header))
        except (InvalidTag, ValueError):
            yield None
            continue
        length = min(int.from_bytes(block[:4], "big"), BODY_BYTES - 4)
        yield Opened(entry.id, entry.case_id, item.purpose, block[4 : 4 + length])
        session.expunge(item)


def attachment(session: Session, chunks: ChunkStore, key: str, manifest: Opened) -> bytes:
    """Return an attachment byte for byte as the reporter's phone sent it.

    Raises:
        Invalid: a chunk is missing, changed or moved, or the whole contradicts the manifest.
        NotFound: the file of a chunk is missing.
    """
    try:
        description = json.loads(manifest.content)
        prefix, lock = (
            unb64(description.get("nonce") or description["prefix"]),
            AESGCM(unb64(description["key"])),
        )
        count = int(description["chunks"])
    except (KeyError, TypeError, ValueError):
        raise Invalid([("/manifest", "unreadable")]) from None
    row = session.get(SealedFile, manifest.id)
    if row is None or row.chunks != count or not row.complete:
        raise Invalid([("/manifest", "unreadable")])
    whole = bytearray()
    for index in range(count):
        final = int(index == count - 1)
        data = f"siaga112/v1/chunk|{key}|{manifest.id}|{index}|{final}".encode()
        try:
            whole += lock.decrypt(prefix + index.to_bytes(4, "big"), chunks.read(manifest.id, index), data)
        except InvalidTag:
            raise Invalid([("/manifest", "unreadable")]) from None
    if len(whole) != description["bytes"] or sha256(whole).hexdigest() != description["sha256"]:
        raise Invalid([("/manifest", "unreadable")])
    return bytes(whole)


def note_use(session: Session, opened: Sequence[Opened], *, key: str, reason: str) -> None:
    """Log each case that was opened, and the use of the recovery key itself."""
    moment, counted = now(), Counter(item.case_id for item in opened)
    append_log_entries(
        session,
        NewLogEntry(
            name="recovery_used",
            at=moment,
            actor="system",
            data={"key": key, "reason": reason, "cases": len(counted), "items": len(opened)},
        ),
        *(
            NewLogEntry(
                name="recovered",
                at=moment,
                actor="system",
                case_id=case_id,
                data={"items": count, "reason": reason},
            )
            for case_id, count in sorted(counted.items())
        ),
    )
