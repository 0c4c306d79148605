"""Fetch the master key from a key service with a configured command that prints the keys.

Any service has such a command (Vault, a cloud's, `systemd-creds`), so none is named here. The key is on no disk of
this installation; a process fetches it at start and caches it, so that no call for help waits for the service. The
operator of the service sees each request and may refuse it. Until the first answer a process retries every few
seconds; calls for help are sealed to the key's public point meanwhile (master_key_offline.py). Code that needs the
key within a transaction fetches it before (`with_key`): while one transaction waits for the service, no other may
wait for SQLite's only writer.
"""

from __future__ import annotations

import binascii
import shlex
import subprocess
import threading
import time
from base64 import urlsafe_b64decode
from functools import lru_cache
from typing import Final

from app.core.errors import NotFound, Unavailable
from app.core.log import log
from app.silent.crypto.master_key import FileKey, MasterKey
from app.silent.crypto.master_key_offline import OfflineSealing

PATIENCE_S: Final = 10.0
RETRY_AFTER_S: Final = 5
RENEW_S: Final = 300.0
"""Maximum age of cached keys; a field that they cannot open causes an earlier refresh."""
PAUSE_S: Final = 5.0
"""Minimum time between two requests, however many fields cannot be opened."""
_BYTES: Final = 32


class NewerKeyNeeded(Exception):
    """Report that a field does not open under the cached keys; distinct from the error for a missing row."""


class ServiceKey:
    """Cache keys printed by the command: base64, one per line, newest first; older keys open what they wrapped."""

    def __init__(self, command: str, offline_sealing: OfflineSealing | None = None) -> None:
        self._command = shlex.split(command)
        self._offline_sealing = offline_sealing
        self._guard = threading.Lock()
        self._keys: FileKey | None = None
        self._requested_at = -RENEW_S
        self._begun = False

    def begin(self) -> None:
        """Fetch the key now and retry in the background until the first answer; requests may fetch it meanwhile."""
        if not self._begun:
            self._begun = True
            threading.Thread(target=self._retry_until_received, daemon=True, name="outer-key").start()

    @property
    def known(self) -> bool:
        """Return whether the service has answered this process."""
        return self._keys is not None

    def cached(self, *, newest: bool = False) -> MasterKey:
        """Return the cached keys after refreshing them when due; the result never calls the service itself.

        Without a key, the result raises `Unavailable` on use. Unless `newest` is set, it raises `NewerKeyNeeded`
        for a field that it does not open.
        """
        try:
            known = self._known(within_s=PAUSE_S if newest else RENEW_S)
        except Unavailable:
            return _NoKey()
        return known if newest else _CachedKeys(known)

    def require(self) -> None:
        """Fetch the key unless it is known.

        Raises:
            Unavailable: as `wrap`.
        """
        self._known()

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """Return `key` wrapped under the newest key.

        Raises:
            Unavailable: the service has never answered this process, and the last attempt failed.
        """
        return self._known().wrap(key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """Return the data key.

        Raises:
            NotFound: as `FileKey.unwrap`.
            Unavailable: as `wrap`.
        """
        try:
            return self._known().unwrap(wrapped, bound_to)
        except NotFound:  # the field may need a key newer than the last answer
            return self._known(within_s=PAUSE_S).unwrap(wrapped, bound_to)

    def ask(self) -> list[bytes]:
        """Run the command; return the keys, newest first.

        Raises:
            Unavailable: no answer, or an answer without keys. Its output is never logged or shown.
        """
        try:
            done = subprocess.run(  # noqa: S603  a setting, split as a shell would, run without one
                self._command, capture_output=True, timeout=PATIENCE_S, check=True
            )
            keys = [_read(line) for line in done.stdout.decode("ascii").split()]
        except (OSError, subprocess.SubprocessError, ValueError) as fault:
            log().error("master_key_not_served", fault=type(fault).__name__)
            raise Unavailable(retry_after_s=RETRY_AFTER_S) from None
        if not keys:
            log().error("master_key_not_served", fault="nothing")
            raise Unavailable(retry_after_s=RETRY_AFTER_S)
        return keys

    def _known(self, *, within_s: float = RENEW_S) -> FileKey:
        """Return the keys of an answer at most `within_s` seconds old.

        Return older cached keys while another thread fetches or the service is unreachable.
        """
        known, fresh = self._keys, time.monotonic() - self._requested_at < within_s
        if known is not None and (fresh or self._guard.locked()):
            return known
        with self._guard:
            if self._keys is None and time.monotonic() - self._requested_at < PAUSE_S:
                raise Unavailable(
                    retry_after_s=RETRY_AFTER_S
                )  # do not wait again within PAUSE_S of a failure
            if self._keys is not known:  # another thread received the keys meanwhile
                return self._keys or self._renewed()
            return self._renewed()

    def _renewed(self) -> FileKey:
        try:
            keys = self.ask()
            self._keys = FileKey(*keys, secret=self._offline_sealing.secret if self._offline_sealing else b"")
            self._write_down(keys[0])
        except Unavailable:
            if self._keys is None:
                raise
        finally:
            self._requested_at = time.monotonic()
        return self._keys

    def _write_down(self, newest: bytes) -> None:
        try:
            if self._offline_sealing:
                self._offline_sealing.keep(newest)
        except OSError as fault:
            log().error("outer_point_not_kept", fault=type(fault).__name__)

    def _retry_until_received(self) -> None:
        while self._keys is None:
            try:
                self._known()
            except Unavailable:
                time.sleep(PAUSE_S)


class _CachedKeys:
    """Use the keys of the last answer only."""

    def __init__(self, keys: FileKey) -> None:
        self._keys = keys

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        return self._keys.wrap(key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        try:
            return self._keys.unwrap(wrapped, bound_to)
        except NotFound:
            raise NewerKeyNeeded from None


class _NoKey:
    """Raise `Unavailable` on every use: the service has not answered yet."""

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        del key, bound_to
        raise Unavailable(retry_after_s=RETRY_AFTER_S)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        del wrapped, bound_to
        raise Unavailable(retry_after_s=RETRY_AFTER_S)


@lru_cache(maxsize=8)
def open_service_key(command: str, offline_sealing: OfflineSealing) -> ServiceKey:
    """Return the key cache of a command, shared by the whole process."""
    return ServiceKey(command, offline_sealing)


def _read(line: str) -> bytes:
    try:
        key = urlsafe_b64decode(line.rstrip("=").replace("+", "-").replace("/", "_") + "=")
    except binascii.Error as fault:
        raise ValueError from fault
    if len(key) != _BYTES:
        raise ValueError
    return key
