"""Reserve disk space for reports; refuse uploads first when the disk fills up."""

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
    """Return how many bytes this process may still write in the folder."""
    stats = os.statvfs(folder)
    return stats.f_bavail * stats.f_frsize


def make_room_for_upload(folder: Path, *, size: int, reserve_mb: int) -> None:
    """Check that an upload of `size` bytes leaves the reserve untouched.

    Raises:
        DiskFull: too little would be left for reports.
    """
    if free_bytes(folder) < size + reserve_mb * _MB:
        raise DiskFull


def keep_reserve(folder: Path, *, reserve_mb: int) -> None:
    """Keep an eighth of the reserve in a file; delete the file when the disk is full.

    Logs or another program then run out of space before the database does.
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
    """Allocate the blocks of the file on the disk; a sparse file would reserve nothing."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError as fault:
        if fault.errno not in {errno.ENOSPC, errno.EOPNOTSUPP, errno.EINVAL}:
            raise
        file.unlink()
    finally:
        os.close(handle)
