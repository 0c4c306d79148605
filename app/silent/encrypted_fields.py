"""Encrypt and decrypt the readable fields of a case under the master key.

The additional data bind each ciphertext to case, field and version.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from app.core.secrets import Secrets
from app.silent.crypto.master_key import FileKey, KeptKey, Locked, OuterKey, bound, lock, unlock
from app.silent.crypto.master_key_offline import FILE, Standby
from app.silent.crypto.master_key_service import Older, ServiceKey, open_service_key
from app.silent.dispatch_block import Block, open_block
from app.silent.models import SilentCase

WORDS_VERSION = 1
Done = TypeVar("Done")


def outer_key(secrets: Secrets) -> OuterKey:
    """Return the master key of the installation."""
    if secrets.outer_command:
        return open_service_key(secrets.outer_command, standby_of(secrets))
    if secrets.outer_given:
        return FileKey(*secrets.outer_given, secret=secrets.app)
    return KeptKey(secrets.outer_file, secrets.app)


def with_key(outer: OuterKey, act: Callable[[OuterKey], Done]) -> Done:
    """Run the transaction of `act` with the master key; a key service is called before it, never within.

    SQLite has one writer: waiting there for a slow service would block every other transaction. When a field needs
    a newer key than the cached one, the work of `act` is rolled back, the service is called, and `act` runs again.
    """
    if not isinstance(outer, ServiceKey):
        return act(outer)
    try:
        return act(outer.held())
    except Older:
        return act(outer.held(newest=True))


def standby_of(secrets: Secrets) -> Standby:
    """Return the offline sealing that encrypts summaries while a key service is unreachable."""
    return Standby(secrets.outer_file.with_name(FILE), secrets.app)


def get_ready(secrets: Secrets) -> None:
    """Start fetching the key from the key service, so that the first call for help does not wait for it."""
    if secrets.outer_command:
        open_service_key(secrets.outer_command, standby_of(secrets)).begin()


def need_key(secrets: Secrets) -> None:
    """Ensure that encrypted fields can be read, before any lock is taken.

    Raises:
        Unavailable: a key service does not answer.
    """
    if secrets.outer_command:
        open_service_key(secrets.outer_command, standby_of(secrets)).need()


def lock_block(outer: OuterKey, case_id: str, version: int, block: Block) -> Locked:
    """Encrypt a dispatch summary for its case and version."""
    return lock(outer, block.to_bytes(), bound(case_id, "block", version))


def block_of(outer: OuterKey, case: SilentCase) -> Block:
    """Return the dispatch summary of a case; an erased one is empty.

    Raises:
        NotFound: another key, another row's field, or damaged.
    """
    if case.block_wrapped is None or case.block_content is None:
        return Block()
    place = bound(case.id, "block", case.block_version)
    return open_block(unlock(outer, Locked(case.block_wrapped, case.block_content), place))


def set_block(outer: OuterKey, case: SilentCase, block: Block) -> None:
    """Encrypt a dispatch summary again and increase its version by one."""
    case.block_version += 1
    locked = lock_block(outer, case.id, case.block_version, block)
    case.block_wrapped, case.block_content = locked.wrapped, locked.content


def lock_words(outer: OuterKey, case_id: str, words: dict[str, Any]) -> Locked:
    """Encrypt the text that arrived in clear."""
    return lock(outer, json.dumps(words, ensure_ascii=False).encode(), bound(case_id, "words", WORDS_VERSION))


def words_of(outer: OuterKey, case: SilentCase) -> dict[str, Any]:
    """Return the text that arrived in clear; empty when there is none.

    Raises:
        NotFound: another key, another row's field, or damaged.
    """
    if case.words_wrapped is None or case.words_content is None:
        return {}
    locked = Locked(case.words_wrapped, case.words_content)
    found: dict[str, Any] = json.loads(unlock(outer, locked, bound(case.id, "words", WORDS_VERSION)))
    return found
