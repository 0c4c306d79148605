"""Publishes rosters and removes counsellors from them (`./siaga ppa publish`, `leaver`)."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import staff
from app.cli.installation import chosen_settings, prepared_database
from app.cli.ppa.root import show
from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.run.prepare import CannotStart
from app.silent.crypto import key_files, published_rosters, rewrap
from app.silent.crypto.signed_roster import (
    RosterKey,
    b64,
    payload_of,
    read_payload,
    read_roster,
    sign_payload,
)
from app.silent.erasure import forget_log

DAYS = 90


def add_commands(commands: Any) -> None:
    """Add the subcommands that change the roster."""
    publish = commands.add_parser(
        "publish", help="make a new roster of the counsellors' keys, or take a signed one"
    )
    how = publish.add_mutually_exclusive_group(required=True)
    how.add_argument("--root", type=Path, metavar="DIR", help="the folder of ppa root: sign here, now")
    how.add_argument("--draft", type=Path, metavar="FILE", help="write it unsigned, for ppa sign elsewhere")
    how.add_argument("--signed", type=Path, metavar="FILE", help="take what ppa sign made")
    publish.add_argument("--recovery", type=Path, metavar="FILE", help="recovery.pub; else the last roster's")
    publish.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"how long it is good ({DAYS})")
    publish.add_argument("--dry-run", action="store_true", help="show the roster, publish nothing")
    publish.set_defaults(work=_publish)
    leaver = commands.add_parser(
        "leaver", help="shut somebody out: sessions, keys and wraps at once, then the roster"
    )
    leaver.add_argument("name", metavar="NAME")
    leaver.add_argument("--root", type=Path, metavar="DIR", help="sign the roster without them here, now")
    leaver.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"how long it is good ({DAYS})")
    leaver.add_argument("--although-lost", action="store_true", help="even when nobody else reads some items")
    leaver.add_argument("--dry-run", action="store_true", help="say what would be destroyed")
    leaver.set_defaults(work=_leaver, recovery=None)


@dataclass(frozen=True, slots=True)
class Draft:
    """An unsigned roster, with the name of each key's owner for review."""

    payload: bytes
    names: dict[str, str]


def draft(session: Session, *, days: int, recovery: bytes | None) -> Draft:
    """Return the next roster, with the keys of all counsellors who may read, and the recovery key.

    Raises:
        CannotStart: no counsellor has a key yet.
        Invalid: no recovery key.
    """
    not_after = (now() + timedelta(days=days)).replace(microsecond=0)
    readers = published_rosters.counsellors(session, not_after=not_after)
    if not readers:
        raise CannotStart(
            "no counsellor has a key yet: staff of UPTD PPA who are cleared make theirs in the console"
        )
    spare = (
        RosterKey(recovery, published_rosters.RECOVERY, not_after)
        if recovery
        else published_rosters.recovery_of(session, not_after=not_after)
    )
    if spare is None:
        raise Invalid([("/roster", "no_recovery_key")])
    members = [*(member for _, member in readers), spare]
    return Draft(
        payload_of(published_rosters.next_version(session), not_after, members),
        {member.id: name for name, member in readers},
    )


def _publish(options: argparse.Namespace) -> None:
    file = published_rosters.root_file(chosen_settings().data, chosen_settings().ppa_root)
    with prepared_database() as database:
        if options.signed:
            signed = _read_signed(options.signed)
        else:
            with database.read() as session:
                made = draft(session, days=options.days, recovery=_recovery(options))
            show(read_payload(made.payload), made.names)
            if options.draft:
                if not options.dry_run:
                    key_files.write_private_file(
                        options.draft, json.dumps({"payload": b64(made.payload)}).encode() + b"\n"
                    )
                    print(f"{options.draft}: take it to the root and run ./siaga ppa sign")
                return
            root = key_files.read_private(options.root / key_files.ROOT_KEY)
            signed = sign_payload(root, made.payload)
            install_root(options.root, file, dry_run=options.dry_run)
        publish_signed(database, signed, options.root, file, dry_run=options.dry_run)


def publish_signed(
    database: Any, signed: dict[str, str], root: Path | None, file: Path, *, dry_run: bool
) -> None:
    """Check a signed roster against this installation's root and publish it.

    Raises:
        CannotStart: there is no root here.
        Invalid: refused.
    """
    held = published_rosters.read_root(file) or (
        published_rosters.read_root(root / key_files.ROOT_PUBLIC) if root else None
    )
    if held is None:
        raise CannotStart(f"{file} is missing: copy root.pub of the root there")
    moment = now()
    if dry_run:
        with database.read() as session:
            last_seen = published_rosters.next_version(session)
        read_roster(signed, held, last_seen=last_seen, moment=moment)
        print("nothing was published")
        return
    with database.write() as session:
        roster = published_rosters.publish(session, signed, held, moment=moment)
    print(f"roster {roster.version} is published; phones have it within a minute of their next visit")


def install_root(folder: Path, file: Path, *, dry_run: bool) -> None:
    """Put the public root where the server reads it, the first time.

    Raises:
        CannotStart: another root is there.
    """
    point = key_files.read_point((folder / key_files.ROOT_PUBLIC).read_text("ascii"))
    held = published_rosters.read_root(file)
    if held == point:
        return
    if file.exists():
        raise CannotStart(f"{file} is another root: phones that saw it refuse this one")
    if not dry_run:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_files.write_private_file(file, key_files.write_point(point))
        print(f"{file}: installed")


def _recovery(options: argparse.Namespace) -> bytes | None:
    file: Path | None = options.recovery
    if file is None and options.root and (options.root / key_files.RECOVERY_PUBLIC).exists():
        file = options.root / key_files.RECOVERY_PUBLIC
    return key_files.read_point(file.read_text("ascii")) if file else None


def _read_signed(file: Path) -> dict[str, str]:
    try:
        signed = json.loads(file.read_text("utf-8"))
        return {"payload": str(signed["payload"]), "signature": str(signed["signature"])}
    except (KeyError, TypeError, ValueError):
        raise Invalid([("/roster", "refused")]) from None


def _leaver(options: argparse.Namespace) -> None:
    root = key_files.read_private(options.root / key_files.ROOT_KEY) if options.root else None
    with prepared_database() as database:
        with database.read() as session:
            row = staff.by_name(session, options.name)
            names = rewrap.keys_of_staff(session, row.id)
            lost = rewrap.count_last_reader_items(session, names)
            wraps = rewrap.count_wraps(session, names)
        if lost and not options.although_lost:
            raise Conflict("last_reader")
        if options.dry_run:
            print(f"{row.name}: {len(names)} keys, {wraps} wraps would be destroyed, {lost} items lost")
            return
        with database.write() as session:
            staff.disable(session, options.name)
            gone = rewrap.destroy_keys(session, row.id)
        forget_log(database)
        print(f"{row.name} is shut out; {len(names)} keys revoked, {gone} wraps destroyed")
        if root is None:
            print(
                "phones seal to the old roster until ./siaga ppa publish; wraps for the leaver are not kept"
            )
            return
        with database.read() as session:
            made = draft(session, days=options.days, recovery=_recovery(options))
        show(read_payload(made.payload), made.names)
        file = published_rosters.root_file(chosen_settings().data, chosen_settings().ppa_root)
        publish_signed(database, sign_payload(root, made.payload), options.root, file, dry_run=False)
