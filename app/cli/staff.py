"""Manages the staff who may sign in to the console (`./siaga staff`)."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from sqlalchemy.orm import Session

from app.accounts import passwords, staff
from app.accounts.models import ROLES
from app.cli.installation import prepared_database
from app.core.clock import WITA
from app.core.errors import Conflict, Invalid, NotFound

_FAULTS = {
    "name_form": "a name has 2 to 40 small letters, digits, dots, dashes or underscores",
    "unknown_role": f"the role is one of {', '.join(ROLES)}",
    "agency_needed": "an agency's member needs --agency CODE",
    "agency_not_for_role": "only the role agency has an --agency",
    "unknown_agency": "there is no agency with this code",
    "too_short": f"the password needs {passwords.MINIMUM_LENGTH} signs",
    "too_long": f"the password has more than {passwords.MAXIMUM_LENGTH} signs",
    "too_simple": "the password repeats too few signs",
    "too_common": "the password is easy to guess; take a few unrelated words",
    "not_clearable": "only operators and members of polres and uptdppa can be cleared",
    "name_taken": "somebody has this name already",
    "no_such_staff": "nobody has this name; ./siaga staff list shows them all",
}


def main(words: list[str]) -> int:
    """Run one subcommand; return 1 and print a sentence for each fault."""
    options = _parser().parse_args(words)
    work: Callable[[Session, argparse.Namespace], None] = options.work
    if "password_stdin" in options:
        options.password, options.made = _password(stdin=options.password_stdin)
    try:
        with prepared_database() as database, database.write() as session:
            work(session, options)
    except Invalid as fault:
        codes = [code for _, code in fault.faults]
    except (Conflict, NotFound) as fault:
        codes = [fault.detail]
    else:
        if "password_stdin" in options and options.made:
            print(f"{options.name}: {options.password}   (shown this once)")
        return 0
    print(*(f"siaga: {_FAULTS.get(code, code)}" for code in codes), sep="\n", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./siaga staff", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, words: str, work: Callable[[Session, argparse.Namespace], None]
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(work=work)
        if name != "list":
            made.add_argument("name", metavar="NAME")
        return made

    add = command("add", "add somebody who may sign in", _add)
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--agency", metavar="CODE", help="for the role agency: damkar, psc119, polres, …")
    add.add_argument("--cleared", action="store_true", help="may see cases of the silent channel")
    password = command("password", "give another password and sign out everywhere", _set_password)
    for item in (add, password):
        item.add_argument(
            "--password-stdin", action="store_true", help="read it from standard input; else ask, or make one"
        )
    command("clear", "let an operator, police or UPTD PPA see cases of the silent channel", _clear)
    command("unclear", "no longer", _unclear)
    command("list", "everybody, with role and state", _list)
    command("disable", "shut somebody out at once; the name stays in the history", _disable)
    command("enable", "let somebody in again", _enable)
    command(
        "reset-totp", "forget a lost code generator and passkeys; set up anew at the next sign-in", _reset
    )
    return parser


def _password(*, stdin: bool) -> tuple[str, bool]:
    """Return the password, and whether it was generated, as an empty input requests."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if not sys.stdin.isatty():
        return passwords.generate(), True
    typed = getpass.getpass("Password (empty: make one): ")
    return (typed, False) if typed else (passwords.generate(), True)


def _add(session: Session, options: argparse.Namespace) -> None:
    staff.add_staff(session, options.name, options.role, options.agency, options.password)
    if options.cleared:
        staff.set_cleared(session, options.name, cleared=True)


def _clear(session: Session, options: argparse.Namespace) -> None:
    staff.set_cleared(session, options.name, cleared=True)


def _unclear(session: Session, options: argparse.Namespace) -> None:
    staff.set_cleared(session, options.name, cleared=False)


def _set_password(session: Session, options: argparse.Namespace) -> None:
    staff.set_password(session, options.name, options.password)


def _disable(session: Session, options: argparse.Namespace) -> None:
    staff.disable(session, options.name)


def _enable(session: Session, options: argparse.Namespace) -> None:
    staff.enable(session, options.name)


def _reset(session: Session, options: argparse.Namespace) -> None:
    staff.reset_totp(session, options.name)


def _list(session: Session, _options: argparse.Namespace) -> None:
    print(f"{'name':<20} {'role':<14} {'agency':<12} {'second step':<12} since")
    for row in staff.list_staff(session):
        since = row.created_at.astimezone(WITA).strftime("%Y-%m-%d")
        state = f"{since}, shut out" if row.disabled_at else since
        second = "yes" if row.second_factor else "not yet"
        cleared = ", cleared" if row.cleared else ""
        print(f"{row.name:<20} {row.role:<14} {row.agency or '':<12} {second:<12} {state}{cleared}")
