"""The outer key from a key service: a command of the installation asks the service and prints what it is told.

Any service has such a command (Vault, a cloud's, `systemd-creds`), so none is named here. The key is on no
disk of ours; a process asks when it begins and holds it from then on, so that no call for help waits for the
service. Whoever runs the service sees when it is asked, and may refuse. While it never answered a process,
that asks on by itself, every few seconds; calls for help are sealed to the key's public point meanwhile
(standby.py). Whoever needs the key within a transaction holds it before (`with_key`): while one waits for the
service no other may wait for SQLite's only writer.
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
from app.silent.crypto.master_key import FileKey, OuterKey
from app.silent.crypto.master_key_offline import Standby

PATIENCE_S: Final = 10.0
RETRY_AFTER_S: Final = 5
RENEW_S: Final = 300.0
"""A process knows a new key at the latest after so long, or when it meets a field that it cannot open."""
PAUSE_S: Final = 5.0
"""Between two askings, however many fields cannot be opened."""
_BYTES: Final = 32


class Older(Exception):
    """A field does not open under the keys that were held; not caught as a missing row would be."""


class ServiceKey:
    """Keys as the command prints them: base64, one a line, the newest first; older ones open what they once wrapped."""

    def __init__(self, command: str, standby: Standby | None = None) -> None:
        self._command = shlex.split(command)
        self._standby = standby
        self._guard = threading.Lock()
        self._keys: FileKey | None = None
        self._asked_at = -RENEW_S
        self._begun = False

    def begin(self) -> None:
        """Ask now and, while there is no answer, again and again; whoever needs the key meanwhile asks too."""
        if not self._begun:
            self._begun = True
            threading.Thread(target=self._until_told, daemon=True, name="outer-key").start()

    @property
    def known(self) -> bool:
        """Whether the service has answered this process."""
        return self._keys is not None

    def held(self, *, newest: bool = False) -> OuterKey:
        """Ask where it is time; what is returned asks nobody, and says itself when there is no key to work with.

        Unless the `newest` was asked for, it raises `Older` for a field that it does not open.
        """
        try:
            known = self._known(within_s=PAUSE_S if newest else RENEW_S)
        except Unavailable:
            return _Away()
        return known if newest else _Held(known)

    def need(self) -> None:
        """Ask unless it is known.

        Raises:
            Unavailable: as `wrap`.
        """
        self._known()

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """Return `key` wrapped by the newest key.

        Raises:
            Unavailable: the service has never answered this process, now or a moment ago.
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
        except NotFound:  # perhaps by a key that is newer than the last answer
            return self._known(within_s=PAUSE_S).unwrap(wrapped, bound_to)

    def ask(self) -> list[bytes]:
        """Ask the service; return the keys, newest first.

        Raises:
            Unavailable: no answer, or none that holds keys. What it said is told to nobody.
        """
        try:
            done = subprocess.run(  # noqa: S603  a setting, split as a shell would, run without one
                self._command, capture_output=True, timeout=PATIENCE_S, check=True
            )
            keys = [_read(line) for line in done.stdout.decode("ascii").split()]
        except (OSError, subprocess.SubprocessError, ValueError) as fault:
            log().error("outer_key_not_told", fault=type(fault).__name__)
            raise Unavailable(retry_after_s=RETRY_AFTER_S) from None
        if not keys:
            log().error("outer_key_not_told", fault="nothing")
            raise Unavailable(retry_after_s=RETRY_AFTER_S)
        return keys

    def _known(self, *, within_s: float = RENEW_S) -> FileKey:
        """Return the keys of an answer that is not older.

        Of the last one while somebody asks or the service is away.
        """
        known, fresh = self._keys, time.monotonic() - self._asked_at < within_s
        if known is not None and (fresh or self._guard.locked()):
            return known
        with self._guard:
            if self._keys is None and time.monotonic() - self._asked_at < PAUSE_S:
                raise Unavailable(retry_after_s=RETRY_AFTER_S)  # no thread waits for what failed a moment ago
            if self._keys is not known:  # another thread was told meanwhile
                return self._keys or self._renewed()
            return self._renewed()

    def _renewed(self) -> FileKey:
        try:
            told = self.ask()
            self._keys = FileKey(*told, secret=self._standby.secret if self._standby else b"")
            self._write_down(told[0])
        except Unavailable:
            if self._keys is None:
                raise
        finally:
            self._asked_at = time.monotonic()
        return self._keys

    def _write_down(self, newest: bytes) -> None:
        try:
            if self._standby:
                self._standby.keep(newest)
        except OSError as fault:
            log().error("outer_point_not_kept", fault=type(fault).__name__)

    def _until_told(self) -> None:
        while self._keys is None:
            try:
                self._known()
            except Unavailable:
                time.sleep(PAUSE_S)


class _Held:
    """Keys as the service told them last."""

    def __init__(self, keys: FileKey) -> None:
        self._keys = keys

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        return self._keys.wrap(key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        try:
            return self._keys.unwrap(wrapped, bound_to)
        except NotFound:
            raise Older from None


class _Away:
    """No key: the service has not answered yet."""

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        del key, bound_to
        raise Unavailable(retry_after_s=RETRY_AFTER_S)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        del wrapped, bound_to
        raise Unavailable(retry_after_s=RETRY_AFTER_S)


@lru_cache(maxsize=8)
def open_service_key(command: str, standby: Standby) -> ServiceKey:
    """Return the key of a command; one for the whole process."""
    return ServiceKey(command, standby)


def _read(line: str) -> bytes:
    try:
        key = urlsafe_b64decode(line.rstrip("=").replace("+", "-").replace("/", "_") + "=")
    except binascii.Error as fault:
        raise ValueError from fault
    if len(key) != _BYTES:
        raise ValueError
    return key
