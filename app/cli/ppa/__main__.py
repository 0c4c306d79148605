"""Manages UPTD PPA's root, roster and recovery key, which decide who may read sealed reports (`./siaga ppa`)."""

from __future__ import annotations

import argparse

from app.cli.ppa import recovery, root, roster
from app.core.errors import Conflict, Invalid, NotFound
from app.run.prepare import CannotStart

_FAULTS = {
    "no_key": "this is no P-256 key",
    "no_share": "there is no share in this file; a share is one line that begins with siaga112-share/v1",
    "share_damaged": "a share was copied wrongly: its last eight signs do not fit the others",
    "too_few_shares": "two different shares are needed; one opens nothing",
    "shares_do_not_fit": "these shares are not of one recovery key",
    "refused": "this roster is refused: not signed by this root, expired, not newer than the last, or malformed",
    "no_recovery_key": "a roster without a recovery key is refused: what is sealed could be lost for ever",
    "too_many_keys": "a roster of more than 24 keys is refused: her words would not fit into one report any more",
    "not_in_roster": "the key is in no roster that was published here",
    "last_reader": "some sealed items would have no reader left; rewrap first, or say --although-lost",
    "no_such_staff": "nobody has this name; ./siaga staff list shows them all",
    "no_such_case": "there is no case with this id",
    "unreadable": "this file is not what the command before made",
}


def main(words: list[str]) -> int:
    """Run one subcommand; print a fault that staff can fix as one sentence; return the exit status."""
    parser = argparse.ArgumentParser(prog="./siaga ppa", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in (root, roster, recovery):
        part.add_commands(commands)
    options = parser.parse_args(words)
    try:
        options.work(options)
    except Invalid as fault:
        raise CannotStart("; ".join(_FAULTS.get(code, code) for _, code in fault.faults)) from fault
    except (Conflict, NotFound) as fault:
        raise CannotStart(_FAULTS.get(fault.detail, fault.detail)) from fault
    except OSError as fault:
        reason = (fault.strerror or type(fault).__name__).lower()
        raise CannotStart(f"{fault.filename}: {reason}" if fault.filename else reason) from fault
    return 0
