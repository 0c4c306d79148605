"""Rebuilds an untrusted photo as two clean JPEGs: checks its header here, decodes it in a sandboxed process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.reports.photos import rebuild
from app.reports.photos.sniff import Refused, look

TIME_LIMIT_S: Final = 15.0
_PROGRAM: Final = str(Path(rebuild.__file__).resolve())
_ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
_TOO_MUCH_MEMORY: Final = 4


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Size in pixels of the large picture."""

    width: int
    height: int


def rebuild_photo(source: Path, *, large: Path, small: Path) -> Rebuilt:
    """Write `large` and `small` (JPEG without metadata) from the file `source`.

    Raises:
        Refused: the file is not an accepted photo; neither output file is left behind.
    """
    with source.open("rb") as file:
        look(file)
    outcome = _decode(source, large, small)
    if isinstance(outcome, Rebuilt):
        _flush(large, small)
        return outcome
    large.unlink(missing_ok=True)
    small.unlink(missing_ok=True)
    raise Refused(outcome)


def _decode(source: Path, large: Path, small: Path) -> Rebuilt | str:
    """Run the decoder program with an empty environment; return the size, or the reason why it failed."""
    command = [sys.executable, "-I", _PROGRAM, *(str(path.resolve()) for path in (source, large, small))]
    try:
        finished = subprocess.run(  # noqa: S603  our own program, our own paths
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            umask=0o077,
            start_new_session=True,
            timeout=TIME_LIMIT_S,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "too_slow"
    if finished.returncode:
        return _failure_reason(finished.returncode)
    width, height = finished.stdout.split()
    return Rebuilt(int(width), int(height))


def _flush(*files: Path) -> None:
    """Flush files to disk, because the original is deleted next."""
    for file in files:
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _failure_reason(status: int) -> str:
    if status in {-signal.SIGXCPU, -signal.SIGKILL}:
        return "too_slow"
    return "too_many_pixels" if status == _TOO_MUCH_MEMORY else "damaged"
