"""Opens sealed items outside a browser, by two shares or a counsellor's key (`./siaga ppa rewrap`, `recover`)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from app.cli.installation import chosen_settings, prepared_database
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.ids import is_id
from app.run.prepare import CannotStart
from app.silent.crypto import key_files, published_rosters, recovery
from app.silent.crypto import rewrap as rewrapping
from app.silent.crypto.attachments import ChunkStore
from app.silent.crypto.signed_roster import key_id, point
from app.silent.models import SilentCase


def add_commands(commands: Any) -> None:
    """Add the subcommands that open sealed items outside a browser."""
    rewrap = commands.add_parser("rewrap", help="let everybody of the newest roster read the open cases")
    how = rewrap.add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--shares", type=Path, nargs="+", metavar="FILE", help="any two shares of the recovery key"
    )
    how.add_argument("--key", type=Path, metavar="FILE", help="a counsellor's private key (PEM)")
    rewrap.add_argument("--dry-run", action="store_true", help="count, write nothing")
    rewrap.set_defaults(work=_rewrap)
    recover = commands.add_parser("recover", help="open what is sealed with two shares: a drill, or one case")
    recover.add_argument("--shares", type=Path, nargs="+", required=True, metavar="FILE")
    recover.add_argument(
        "--case", metavar="ID", help="write this case in clear; else everything is opened and counted"
    )
    recover.add_argument("--out", type=Path, metavar="DIR", help="a new folder for the case")
    recover.add_argument("--dry-run", action="store_true", help="check the shares, open nothing")
    recover.set_defaults(work=_recover)


def _rewrap(options: argparse.Namespace) -> None:
    private = _from_shares(options.shares) if options.shares else key_files.read_private(options.key)
    name = key_id(point(private.public_key()))
    with prepared_database() as database:
        with database.read() as session:
            roster = published_rosters.keys_of(published_rosters.newest(session))
            shut = rewrapping.reader_wraps(session, name)
        if roster is None:
            raise CannotStart("there is no roster yet; ./siaga ppa publish makes one")
        readers = roster.valid(now())
        wraps, failed = rewrapping.rewrap(shut, private, readers)
        cases = len({item.case_id for item in shut})
        if not options.dry_run:
            with database.write() as session:
                rewrapping.keep_wraps(session, wraps, shut, name)
    done = "would be" if options.dry_run else "were"
    print(
        f"{len(shut)} items of {cases} open cases: {len(wraps)} wraps {done} made for roster {roster.version}"
    )
    if failed:
        raise CannotStart(f"{failed} items did not open with this key: damaged, or moved from another case")


def _recover(options: argparse.Namespace) -> None:
    if bool(options.case) is not bool(options.out):
        raise CannotStart(
            "--case and --out belong together; without both everything is opened and only counted"
        )
    private = _from_shares(options.shares)
    name = key_id(point(private.public_key()))
    with prepared_database() as database:
        with database.read() as session:
            shut = rewrapping.reader_wraps(session, name, closed_too=True)
            case = _case(session, options.case) if options.case else None
        if case is not None:
            shut = [item for item in shut if item.case_id == case.id]
        if options.dry_run:
            print(f"the shares make key {name}; it has a wrap of {len(shut)} items. Nothing was opened")
            return
        with database.write() as session:
            found = list(recovery.open_all(session, shut, private))
            opened = [item for item in found if item is not None]
            recovery.note_use(session, opened, key=name, reason="case" if case else "drill")
            if case is not None:
                _write(options.out, session, case, opened)
    cases = len({item.case_id for item in opened})
    print(f"{len(opened)} of {len(found)} items of {cases} cases opened; this use is written in the chain")
    if len(opened) < len(found):
        raise CannotStart(
            f"{len(found) - len(opened)} items did not open: damaged, or moved from another case"
        )


def _write(folder: Path, session: Any, case: SilentCase, opened: list[recovery.Opened]) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise CannotStart(f"{folder} is not empty; a case goes into a new folder")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    pieces = ChunkStore(chosen_settings().data)
    for item in opened:
        key_files.write_private_file(folder / f"{item.purpose}-{item.id}.txt", item.content)
        if item.purpose == "manifest":
            try:
                whole = recovery.attachment(session, pieces, case.key, item)
            except (Invalid, NotFound):
                print(f"the attachment {item.id} is not whole")
            else:
                key_files.write_private_file(folder / f"file-{item.id}", whole)
    print(f"{folder}: in clear, for its owner alone; destroy it when it was handed over")


def _case(session: Any, case_id: str) -> SilentCase:
    case: SilentCase | None = session.get(SilentCase, case_id) if is_id(case_id) else None
    if case is None:
        raise NotFound("no_such_case")
    return case


def _from_shares(files: list[Path]) -> EllipticCurvePrivateKey:
    return key_files.recovery_key([key_files.Share.read(file.read_text("utf-8")) for file in files])
