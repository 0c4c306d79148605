"""Room on the disk: what reports need is kept, uploads are refused first."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from app.core.errors import DiskFull
from app.core.log import log

RESERVE_FILE: Final = "reserve"
_MB: Final = 1024 * 1024


def free_bytes(folder: Path) -> int:
    """Return how many bytes this process may still write there."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def make_room_for_upload(folder: Path, *, size: int, reserve_mb: int) -> None:
    """Let an upload of `size` bytes in only when the reserve stays whole.

    Raises:
        DiskFull: too little would be left for reports.
    """
    if free_bytes(folder) < size + reserve_mb * _MB:
        raise DiskFull


def keep_reserve(folder: Path, *, reserve_mb: int) -> None:
    """Hold an eighth of the reserve in a file; give it back when something else has filled the disk.

    Whatever fills the disk (logs, another program) meets this file before it meets the database.
    """
    file, size = folder / RESERVE_FILE, reserve_mb * _MB // 8
    held = file.stat().st_size if file.exists() else 0
    free = free_bytes(folder)
    if held and free < size // 2:
        file.unlink()
        log().error("disk_full", free_mb=free // _MB, given_back_mb=held // _MB)
    elif held != size and free + held > reserve_mb * _MB + size:
        _allocate(file, size)


def _allocate(file: Path, size: int) -> None:
    """Claim real blocks, not a hole."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError as fault:
        if fault.errno not in {errno.ENOSPC, errno.EOPNOTSUPP, errno.EINVAL}:
            raise
        file.unlink()
    finally:
        os.close(handle)
