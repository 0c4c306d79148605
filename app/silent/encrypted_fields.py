"""Encrypt and decrypt the readable fields of a case under the master key.

The additional data bind each ciphertext to case, field and version.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from app.core.secrets import Secrets
from app.silent.crypto.master_key import (
    EncryptedField,
    FileKey,
    MasterKey,
    WatchedFileKey,
    decrypt_field,
    encrypt_field,
    field_binding,
)
from app.silent.crypto.master_key_offline import FILE, OfflineSealing
from app.silent.crypto.master_key_service import NewerKeyNeeded, ServiceKey, open_service_key
from app.silent.dispatch_summary import DispatchSummary, parse_stored_summary
from app.silent.models import SilentCase

WORDS_VERSION = 1
Result = TypeVar("Result")


def load_master_key(secrets: Secrets) -> MasterKey:
    """Return the master key of the installation."""
    if secrets.outer_command:
        return open_service_key(secrets.outer_command, offline_sealing_of(secrets))
    if secrets.outer_given:
        return FileKey(*secrets.outer_given, secret=secrets.app)
    return WatchedFileKey(secrets.outer_file, secrets.app)


def with_master_key(master_key: MasterKey, act: Callable[[MasterKey], Result]) -> Result:
    """Run the transaction of `act` with the master key; a key service is called before it, never within.

    SQLite has one writer: waiting there for a slow service would block every other transaction. When a field needs
    a newer key than the cached one, the work of `act` is rolled back, the service is called, and `act` runs again.
    """
    if not isinstance(master_key, ServiceKey):
        return act(master_key)
    try:
        return act(master_key.cached())
    except NewerKeyNeeded:
        return act(master_key.cached(newest=True))


def offline_sealing_of(secrets: Secrets) -> OfflineSealing:
    """Return the offline sealing that encrypts summaries while a key service is unreachable."""
    return OfflineSealing(secrets.outer_file.with_name(FILE), secrets.app)


def start_key_service(secrets: Secrets) -> None:
    """Start fetching the key from the key service, so that the first call for help does not wait for it."""
    if secrets.outer_command:
        open_service_key(secrets.outer_command, offline_sealing_of(secrets)).begin()


def require_master_key(secrets: Secrets) -> None:
    """Ensure that encrypted fields can be read, before any lock is taken.

    Raises:
        Unavailable: a key service does not answer.
    """
    if secrets.outer_command:
        open_service_key(secrets.outer_command, offline_sealing_of(secrets)).require()


def encrypt_summary(
    master_key: MasterKey, case_id: str, version: int, block: DispatchSummary
) -> EncryptedField:
    """Encrypt a dispatch summary for its case and version."""
    return encrypt_field(master_key, block.to_bytes(), field_binding(case_id, "block", version))


def summary_of(master_key: MasterKey, case: SilentCase) -> DispatchSummary:
    """Return the dispatch summary of a case; an erased one is empty.

    Raises:
        NotFound: another key, another row's field, or damaged.
    """
    if case.block_wrapped is None or case.block_content is None:
        return DispatchSummary()
    binding = field_binding(case.id, "block", case.block_version)
    return parse_stored_summary(
        decrypt_field(master_key, EncryptedField(case.block_wrapped, case.block_content), binding)
    )


def store_summary(master_key: MasterKey, case: SilentCase, block: DispatchSummary) -> None:
    """Encrypt a dispatch summary again and increase its version by one."""
    case.block_version += 1
    locked = encrypt_summary(master_key, case.id, case.block_version, block)
    case.block_wrapped, case.block_content = locked.wrapped, locked.content


def encrypt_words(master_key: MasterKey, case_id: str, words: dict[str, Any]) -> EncryptedField:
    """Encrypt the text that arrived in clear."""
    return encrypt_field(
        master_key,
        json.dumps(words, ensure_ascii=False).encode(),
        field_binding(case_id, "words", WORDS_VERSION),
    )


def words_of(master_key: MasterKey, case: SilentCase) -> dict[str, Any]:
    """Return the text that arrived in clear; empty when there is none.

    Raises:
        NotFound: another key, another row's field, or damaged.
    """
    if case.words_wrapped is None or case.words_content is None:
        return {}
    locked = EncryptedField(case.words_wrapped, case.words_content)
    found: dict[str, Any] = json.loads(
        decrypt_field(master_key, locked, field_binding(case.id, "words", WORDS_VERSION))
    )
    return found
