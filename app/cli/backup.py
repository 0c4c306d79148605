"""Backs up database, secrets, photos and anchors into one file, while the system runs (`./siaga backup FILE.tar.gz`).

To restore: unpack it as a new data folder and start (docs/operations.md).
"""

from __future__ import annotations

import argparse
import io
import os
import sqlite3
import sys
import tarfile
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

from app.cli.installation import chosen_settings, prepared_database
from app.core.db import sqlite_path
from app.core.secrets import load_secrets
from app.eventlog.anchors import FILE
from app.eventlog.write_anchor import anchor_head
from app.run.prepare import CannotStart
from app.silent.case_log_anchor import CaseChain
from config import Settings

_SECRETS = ("secret.key", "vapid.pem")
"""Secrets in a backup. The master key is left out: with it a stolen backup would reveal where survivors live."""
_FOLDERS = ("media", "sealed", "ppa")


def main(words: list[str]) -> int:
    """Write the backup, readable by its owner only; refuse to overwrite an existing file."""
    parser = argparse.ArgumentParser(prog="./siaga backup", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.tar.gz")
    file: Path = parser.parse_args(words).file
    settings = chosen_settings()
    if not (settings.data / _SECRETS[0]).exists():
        raise CannotStart(f"there is no installation in {settings.data}")
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise CannotStart(f"{file} cannot be written: {(fault.strerror or '').lower()}") from fault
    anchors = _anchor_log(settings)
    with os.fdopen(handle, "wb") as sink, tarfile.open(fileobj=sink, mode="w:gz") as archive:
        # the database first, so that every photo that it names still exists when the photos are copied
        database = sqlite_path(settings.sqlalchemy_url)
        if database is not None:
            _add_sqlite(archive, database)
        for name in _SECRETS:
            archive.add(settings.data / name, name)
        _add_bytes(archive, FILE, anchors)
        for folder in _FOLDERS:
            _add_files(archive, settings, folder)
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
    where = "in the environment" if settings.outer_key else settings.outer_key_file or "outer.key"
    where = "at the key service" if settings.outer_key_command else where
    print(f"siaga: the outer key ({where}) is not in it; keep a copy of it elsewhere, apart", file=sys.stderr)
    if database is None:
        print("siaga: the database is not in it; PostgreSQL has its own: pg_dump -Fc", file=sys.stderr)
    return 0


def _anchor_log(settings: Settings) -> bytes:
    """Anchor the head of the log and return all anchors, so that the database copy made next covers them."""
    from sqlalchemy.exc import OperationalError

    with suppress(CannotStart, OperationalError), prepared_database() as database:
        secrets = load_secrets(settings.data, settings.outer)
        anchor_head(database, secrets, settings.data, beside=CaseChain(secrets))
    file = settings.data / FILE
    return file.read_bytes() if file.exists() else b""


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(content), 0o600, int(time.time())
    archive.addfile(member, io.BytesIO(content))


def _add_sqlite(archive: tarfile.TarFile, database: Path) -> None:
    """Add a consistent copy of the database, while writers continue."""
    with tempfile.TemporaryDirectory(dir=database.parent, prefix="backup-") as folder:
        copy = Path(folder) / "copy"
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as sink:
            source.backup(sink)
        copy.chmod(0o600)
        archive.add(copy, "siaga.sqlite3")


def _add_files(archive: tarfile.TarFile, settings: Settings, name: str) -> None:
    folder = settings.data / name
    for path in sorted(folder.rglob("*")) if folder.exists() else []:
        if path.is_file():
            archive.add(path, str(path.relative_to(settings.data)))
