"""Makes the root and signs rosters on a machine without a network or a database (`./siaga ppa root`, `sign`)."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from app.core.clock import WITA
from app.core.errors import Invalid
from app.run.prepare import CannotStart
from app.silent.crypto import key_files
from app.silent.crypto.signed_roster import Roster, point, read_payload, sign_payload, unb64


def add_commands(commands: Any) -> None:
    """Add the subcommands that need no installation."""
    root = commands.add_parser("root", help="offline: make the root and the recovery key, split two of three")
    root.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    root.add_argument("--dry-run", action="store_true", help="say what would be written")
    root.set_defaults(work=_root)
    sign = commands.add_parser("sign", help="offline: sign a draft of publish --draft with the root")
    sign.add_argument("draft", type=Path, metavar="DRAFT")
    sign.add_argument("--root", type=Path, required=True, metavar="DIR", help="the folder of ppa root")
    sign.add_argument("--out", type=Path, required=True, metavar="FILE")
    sign.add_argument("--dry-run", action="store_true", help="show what would be signed")
    sign.set_defaults(work=_sign)


def _root(options: argparse.Namespace) -> None:
    folder: Path = options.out
    if folder.exists() and any(folder.iterdir()):
        raise CannotStart(f"{folder} is not empty; a root is made once, into a new folder")
    names = [key_files.ROOT_KEY, key_files.ROOT_PUBLIC, key_files.RECOVERY_PUBLIC]
    names += [_share_file(number) for number in range(1, key_files.SHARES + 1)]
    if options.dry_run:
        print(*(f"would write {folder / name}" for name in names), sep="\n")
        return
    root, recovery = key_files.new_key(), key_files.new_key()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    key_files.write_private_file(folder / key_files.ROOT_KEY, key_files.pem(root))
    key_files.write_private_file(
        folder / key_files.ROOT_PUBLIC, key_files.write_point(point(root.public_key()))
    )
    key_files.write_private_file(
        folder / key_files.RECOVERY_PUBLIC, key_files.write_point(point(recovery.public_key()))
    )
    for share in key_files.share_out(recovery):
        key_files.write_private_file(folder / _share_file(share.number), f"{share.line()}\n".encode())
    print(f"{folder / key_files.ROOT_KEY}: signs rosters. Keep it in a safe, never on the server.")
    print(f"{folder}/share-1.txt … share-{key_files.SHARES}.txt: any two open everything, one opens nothing.")
    print("Give one each to the head of UPTD PPA, the secretary of the Dinas and the Inspektorat;")
    print("print them, then destroy the files. The recovery key itself was never written down.")
    print(
        f"{folder / key_files.ROOT_PUBLIC}: goes to the server as <data>/ppa/root.pub (ppa publish does it)."
    )


def _sign(options: argparse.Namespace) -> None:
    payload = read_draft(options.draft)
    root = key_files.read_private(options.root / key_files.ROOT_KEY)
    show(read_payload(payload))
    if options.dry_run:
        return
    key_files.write_private_file(options.out, json.dumps(sign_payload(root, payload)).encode() + b"\n")
    print(f"{options.out}: signed; take it back and run ./siaga ppa publish --signed")


def read_draft(file: Path) -> bytes:
    """Return the payload of a draft.

    Raises:
        Invalid: it is none.
    """
    try:
        payload = unb64(json.loads(file.read_text("utf-8"))["payload"])
        read_payload(payload)
    except (KeyError, TypeError, ValueError):
        raise Invalid([("/draft", "unreadable")]) from None
    return payload


def show(roster: Roster, names: dict[str, str] | None = None) -> None:
    """Print the owners of the keys in a roster."""
    until = roster.not_after.astimezone(WITA).strftime("%Y-%m-%d")
    print(f"roster {roster.version}, good until {until}")
    for member in roster.members:
        print(f"  {member.id}  {member.role:<10} {(names or {}).get(member.id, '')}".rstrip())


def _share_file(number: int) -> str:
    return f"share-{number}.txt"
