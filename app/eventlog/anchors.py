"""Where the log's head is written down outside the database, so that a log cut or written anew contradicts it.

Beside it stands the head of the silent channel's chain, sealed: it tells neither how long that is nor whether it grew.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.core.secrets import Secrets

FILE: Final = "anchors.log"
"""In the data folder: one line an anchor, `moment seq hash sealed mac` (older ones without `sealed`).

Only appended to.
"""
AGAIN: Final = timedelta(hours=1)
"""After so long there is a line even when the log has not grown: the other chain may have, and no line may tell so."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last event at some moment."""

    at: str
    seq: int
    hash: str
    sealed: str = ""
    mac: str = ""


class AnchorsBroken(Exception):
    """The file itself was tampered with; `line` is the first that does not hold."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def read_anchors(file: Path, secrets: Secrets) -> list[Anchor]:
    """Return the anchors of a file, none when there is no such file.

    Raises:
        AnchorsBroken: a line that this installation has not written, or not in this place.
    """
    anchors: list[Anchor] = []
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for place, line in enumerate(lines, 1):
        parts = line.split(" ")
        before = anchors[-1].mac if anchors else ""
        if len(parts) not in {4, 5} or not parts[1].isdecimal():
            raise AnchorsBroken(place)
        at, seq, digest, *sealed, mac = parts
        if not secrets.signed(mac, "anchor", before, at, seq, digest, *sealed):
            raise AnchorsBroken(place)
        anchors.append(Anchor(at, int(seq), digest, sealed[0] if sealed else "", mac))
    return anchors


def append_anchor(  # noqa: PLR0913  what a line is made of
    file: Path,
    secrets: Secrets,
    *,
    at: datetime,
    seq: int,
    digest: str,
    sealed: str = "",
    always: bool = False,
) -> Anchor:
    """Write one more anchor, on disk when this returns; the same head twice within an hour is one, unless `always`.

    Raises:
        AnchorsBroken: the file was tampered with; nothing is added to it.
    """
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        known = read_anchors(file, secrets)
        if known and not always and _says(known[-1], at, seq, digest, sealed):
            return known[-1]
        moment = at.isoformat(timespec="seconds")
        told = (moment, str(seq), digest, *([sealed] if sealed else []))
        mac = secrets.sign("anchor", known[-1].mac if known else "", *told)
        handle.seek(0, os.SEEK_END)
        handle.write(" ".join((*told, mac)) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    return Anchor(moment, seq, digest, sealed, mac)


def _says(last: Anchor, at: datetime, seq: int, digest: str, sealed: str) -> bool:
    """Tell whether the last line says all that a new one would."""
    if (last.seq, last.hash) != (seq, digest):
        return False
    return not sealed or (bool(last.sealed) and at - datetime.fromisoformat(last.at) < AGAIN)
