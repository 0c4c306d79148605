"""Rotates the master key while the system runs (`./siaga outer rotate`). Backups leave this key out."""

from __future__ import annotations

import argparse
import time

from app.cli.installation import chosen_settings, prepared_database
from app.core.db import Database
from app.core.errors import Unavailable
from app.core.secrets import Secrets, load_secrets
from app.run.prepare import CannotStart
from app.silent.crypto import rotate_master_key
from app.silent.crypto.master_key import FileKey
from app.silent.crypto.master_key_service import RENEW_S, open_service_key
from app.silent.encrypted_fields import load_master_key, offline_sealing_of, with_master_key

GRACE_S = 5.0
"""Time that a request begun under the previous key may still take to write."""


def main(words: list[str]) -> int:
    """Rotate the master key; return the exit status."""
    parser = argparse.ArgumentParser(prog="./siaga outer", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    rotate = commands.add_parser(
        "rotate", help="wrap every data key by a new outer key, then destroy the old one"
    )
    rotate.add_argument("--dry-run", action="store_true", help="count the fields, change nothing")
    options = parser.parse_args(words)
    settings = chosen_settings()
    try:
        secrets = load_secrets(settings.data, settings.outer)
    except FileNotFoundError as fault:
        raise CannotStart(f"{fault.filename} is not there; ./siaga migrate makes it") from fault
    with prepared_database() as database:
        if options.dry_run:
            held = with_master_key(
                load_master_key(secrets),
                lambda outer: rotate_master_key.rewrap_data_keys(
                    database, outer, FileKey(bytes(32)), dry_run=True
                ),
            )
            print(f"{held.rewrapped} fields would be wrapped anew, {held.failed} open with no key of ours")
            return 0
        rotate_key(database, secrets)
    return 0


def rotate_key(database: Database, secrets: Secrets, *, grace_s: float = GRACE_S) -> None:
    """Wrap every data key by the new master key, and destroy the old one where it lies in a file of ours.

    Raises:
        CannotStart: fields open with no key of ours, or `_keys_in_use` cannot tell the keys.
    """
    file = secrets.outer_file
    keys = _keys_in_use(secrets)
    if not keys:
        rotate_master_key.begin_rotation(file)
    newest = FileKey(keys[0] if keys else file.read_bytes())
    known = FileKey(*keys, secret=secrets.app) if keys else load_master_key(secrets)
    done = rotate_master_key.rewrap_data_keys(database, known, newest)
    if not keys:
        time.sleep(grace_s)
    late = rotate_master_key.rewrap_data_keys(database, known, newest)
    print(f"{done.rewrapped + late.rewrapped} fields are wrapped by the new key")
    if late.failed:
        raise CannotStart(f"{late.failed} fields open with no key of ours; the key before is kept")
    if secrets.outer_command:
        print("the key service may forget the old key")
    elif keys:
        print("take the old key out of SIAGA_OUTER_KEY at the next start")
    else:
        rotate_master_key.end_rotation(file)
        print(f"{file}: copy it to where its copy is kept; the key before is destroyed")


def _keys_in_use(secrets: Secrets) -> tuple[bytes, ...]:
    """Return the keys, newest first, which an administrator or a key service makes; empty for a key file.

    Raises:
        CannotStart: there is only one key, or the key service does not answer.
    """
    if not secrets.outer_command and not secrets.outer_given:
        return ()
    try:
        ask_service = (
            open_service_key(secrets.outer_command, offline_sealing_of(secrets)).ask
            if secrets.outer_command
            else None
        )
        keys = tuple(ask_service()) if ask_service else secrets.outer_given
    except Unavailable as fault:
        raise CannotStart(
            "SIAGA_OUTER_KEY_COMMAND did not print the outer key; nothing was changed"
        ) from fault
    if len(keys) < 2 and secrets.outer_command:
        raise CannotStart(
            f"let the key service tell the new key first, then the old one; rotate {RENEW_S / 60:.0f} minutes later"
        )
    if len(keys) < 2:
        raise CannotStart("put the new key first: SIAGA_OUTER_KEY=NEW,OLD and start the system with it")
    return keys
