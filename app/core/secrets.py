"""Create and read the secrets of an installation: files in its data folder, readable by their owner only."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes

OUTER_FILE = "outer.key"
_SIZES = {"secret.key": 32, OUTER_FILE: 32}
VAPID_FILE = "vapid.pem"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Secrets of one installation; `app` signs tokens, `vapid_file` is a PEM path.

    The master key wraps the data keys of the silent channel. It comes from `outer_file`, unless `outer_given` holds it
    (newest first) or `outer_command` requests it from a key service.
    """

    app: bytes
    vapid_file: Path
    outer_file: Path
    outer_given: tuple[bytes, ...] = field(default=(), repr=False)
    outer_command: str = field(default="", repr=False)

    def sign(self, purpose: str, *parts: str) -> str:
        """Return a hex MAC (HMAC-SHA-256) over `parts`, valid for this purpose only."""
        message = "\x1f".join((purpose, *parts)).encode()
        return hmac.new(self.app, message, hashlib.sha256).hexdigest()

    def signed(self, signature: str, purpose: str, *parts: str) -> bool:
        """Return whether `signature` is `sign(purpose, *parts)`, in constant time."""
        return hmac.compare_digest(self.sign(purpose, *parts).encode(), signature.encode())


def make_secrets(data: Path) -> None:
    """Create the folder (0700) and every missing secret (0600); keep those that exist."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, size in _SIZES.items():
        _create_file(data / name, token_bytes(size))
    if not (data / VAPID_FILE).exists():
        _create_file(data / VAPID_FILE, _vapid_pem())


def load_secrets(data: Path, outer: tuple[Path | None, tuple[str, ...], str] = (None, (), "")) -> Secrets:
    """Read the secrets of an installation; `outer` locates a master key outside `data` (`Settings.outer`).

    Raises:
        FileNotFoundError: `make_secrets` has not run, or the master key's file is missing.
    """
    file, given, command = outer
    secrets = Secrets(
        app=(data / "secret.key").read_bytes(),
        vapid_file=data / VAPID_FILE,
        outer_file=file or data / OUTER_FILE,
        outer_given=tuple(urlsafe_b64decode(key + "=") for key in given),
        outer_command=command,
    )
    if not given and not command:
        secrets.outer_file.stat()
    return secrets


def _create_file(path: Path, content: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _vapid_pem() -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
