"""Create the accounts that a new installation starts with."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import Staff
from app.accounts.staff import add_staff, set_cleared
from app.core.db import Database

FIRST = (
    # name, role, agency
    ("operator1", "operator", None),
    ("operator2", "operator", None),
    ("supervisor1", "supervisor", None),
    ("administrator1", "administrator", None),
    ("auditor1", "auditor", None),
    ("damkar1", "agency", "damkar"),
    ("psc1", "agency", "psc119"),
    ("polres1", "agency", "polres"),
    ("bpbd1", "agency", "bpbd"),
    ("satpolpp1", "agency", "satpolpp"),
    ("uptdppa1", "agency", "uptdppa"),
)
CLEARED = ("operator1", "operator2", "polres1", "uptdppa1")
"""Accounts that may see silent cases from the start; without them a silent case would reach no operator."""


def first_staff(database: Database) -> list[tuple[str, str, str | None, str]]:
    """Create the first accounts and return (name, role, agency, password); return nothing when any account exists.

    Show the passwords to the administrator at once: only their hashes are stored.
    """
    with database.read() as session:
        if session.scalar(select(Staff.id).limit(1)) is not None:
            return []
    accounts = [(name, role, agency, passwords.generate()) for name, role, agency in FIRST]
    with database.write() as session:
        if session.scalar(select(Staff.id).limit(1)) is not None:
            return []
        for name, role, agency, password in accounts:
            add_staff(session, name, role, agency, password)
        for name in CLEARED:
            set_cleared(session, name, cleared=True)
    return accounts
