"""Encrypt fields under data keys that the master key wraps.

The master key lives outside database and backups and wraps the data key of every dispatch summary.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.core.errors import NotFound
from app.core.lazy_import import late
from app.silent.crypto import master_key_offline

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives.ciphers import aead
else:
    exceptions = late("cryptography.exceptions")
    aead = late("cryptography.hazmat.primitives.ciphers.aead")

_NONCE = 12


class MasterKey(Protocol):
    """Wrap and unwrap data keys of 32 bytes; a key file and a key service implement the same two calls."""

    def wrap(self, key: bytes, bound_to: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes: ...


class FileKey:
    """Wrap with the master key from a file or the environment; older keys open what they once wrapped.

    With the installation's `secret` they also open what was sealed to them while a key service was unreachable.
    """

    def __init__(self, newest: bytes, *older: bytes, secret: bytes = b"") -> None:
        self._keys = (newest, *older)
        self._secret = secret

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """Return `key` wrapped under the newest key."""
        nonce = os.urandom(_NONCE)
        return nonce + aead.AESGCM(self._keys[0]).encrypt(nonce, key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """Return the data key.

        Raises:
            NotFound: no known key, another row's field, or damaged; indistinguishable from a missing row.
        """
        if len(wrapped) == master_key_offline.SEALED:
            return master_key_offline.unseal(self._keys, self._secret, wrapped, bound_to)
        for key in self._keys:
            try:
                return aead.AESGCM(key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bound_to)
            except (exceptions.InvalidTag, ValueError):
                continue
        raise NotFound


OLDER = ".old"
"""Suffix of the file with the previous key during a rotation."""


class WatchedFileKey:
    """Load the master key from its file again when the file changes, so that a running process follows a rotation."""

    def __init__(self, file: Path, secret: bytes = b"") -> None:
        self._file, self._secret = file, secret
        self._older = file.with_name(file.name + OLDER)
        self._seen: tuple[object, ...] = ()
        self._keys = FileKey(bytes(32))

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """Return `key` wrapped under the newest key."""
        return self._current().wrap(key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """Return the data key.

        Raises:
            NotFound: as `FileKey.unwrap`.
        """
        return self._current().unwrap(wrapped, bound_to)

    def _current(self) -> FileKey:
        seen = (_stamp(self._older), _stamp(self._file))
        if seen != self._seen:
            older = [self._older.read_bytes()] if self._older.exists() else []
            self._keys = FileKey(self._file.read_bytes(), *older, secret=self._secret)
            self._seen = seen
        return self._keys


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class EncryptedField:
    """Hold a stored field: ciphertext under its own data key, and that key wrapped."""

    wrapped: bytes
    content: bytes


def field_binding(report_id: str, field: str, version: int) -> bytes:
    """Return the additional data of a stored field, so that it opens nowhere else."""
    return f"siaga112/v1/field|{report_id}|{field}|{version}".encode()


def encrypt_field(master_key: MasterKey, plain: bytes, bound_to: bytes) -> EncryptedField:
    """Encrypt a field under a fresh data key (AES-256-GCM)."""
    key, nonce = aead.AESGCM.generate_key(256), os.urandom(_NONCE)
    return EncryptedField(
        master_key.wrap(key, bound_to), nonce + aead.AESGCM(key).encrypt(nonce, plain, bound_to)
    )


def decrypt_field(master_key: MasterKey, locked: EncryptedField, bound_to: bytes) -> bytes:
    """Decrypt a field.

    Raises:
        NotFound: another row's field, another key, or damaged.
    """
    key = master_key.unwrap(locked.wrapped, bound_to)
    try:
        return aead.AESGCM(key).decrypt(locked.content[:_NONCE], locked.content[_NONCE:], bound_to)
    except (exceptions.InvalidTag, ValueError):
        raise NotFound from None


def rewrap(master_key: MasterKey, locked: EncryptedField, bound_to: bytes) -> EncryptedField:
    """Return the field with its data key wrapped under the newest master key; the content stays unchanged."""
    return EncryptedField(
        master_key.wrap(master_key.unwrap(locked.wrapped, bound_to), bound_to), locked.content
    )
