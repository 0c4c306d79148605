"""Write the log's head to a file outside the database, so that a truncated or rewritten log contradicts it.

Each line also holds the sealed head of the silent channel's chain; it reveals neither its length nor its growth.
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
"""File in the data folder: one line an anchor, `moment seq hash sealed mac` (older lines lack `sealed`).

Lines are only appended.
"""
REPEAT_AFTER: Final = timedelta(hours=1)
"""After this long a line is written even for an unchanged log, so that lines do not reveal the other chain's growth."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last event of the log at some moment."""

    at: str
    seq: int
    hash: str
    sealed: str = ""
    mac: str = ""


class AnchorsBroken(Exception):
    """The file of anchors was tampered with; `line` is the first invalid line."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def read_anchors(file: Path, secrets: Secrets) -> list[Anchor]:
    """Return the anchors of a file; an empty list when the file is missing.

    Raises:
        AnchorsBroken: a line that this installation did not write, or wrote elsewhere in the file.
    """
    anchors: list[Anchor] = []
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for number, line in enumerate(lines, 1):
        parts = line.split(" ")
        before = anchors[-1].mac if anchors else ""
        if len(parts) not in {4, 5} or not parts[1].isdecimal():
            raise AnchorsBroken(number)
        at, seq, digest, *sealed, mac = parts
        if not secrets.signed(mac, "anchor", before, at, seq, digest, *sealed):
            raise AnchorsBroken(number)
        anchors.append(Anchor(at, int(seq), digest, sealed[0] if sealed else "", mac))
    return anchors


def append_anchor(  # noqa: PLR0913  the fields of a line
    file: Path,
    secrets: Secrets,
    *,
    at: datetime,
    seq: int,
    digest: str,
    sealed: str = "",
    always: bool = False,
) -> Anchor:
    """Append an anchor and sync it to disk; skip an unchanged head within `REPEAT_AFTER` unless `always`.

    Raises:
        AnchorsBroken: the file was tampered with; nothing is appended.
    """
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        known = read_anchors(file, secrets)
        if known and not always and _is_unchanged(known[-1], at, seq, digest, sealed):
            return known[-1]
        moment = at.isoformat(timespec="seconds")
        fields = (moment, str(seq), digest, *([sealed] if sealed else []))
        mac = secrets.sign("anchor", known[-1].mac if known else "", *fields)
        handle.seek(0, os.SEEK_END)
        handle.write(" ".join((*fields, mac)) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    return Anchor(moment, seq, digest, sealed, mac)


def _is_unchanged(last: Anchor, at: datetime, seq: int, digest: str, sealed: str) -> bool:
    """Return whether a new line would add nothing to the last one."""
    if (last.seq, last.hash) != (seq, digest):
        return False
    return not sealed or (bool(last.sealed) and at - datetime.fromisoformat(last.at) < REPEAT_AFTER)
