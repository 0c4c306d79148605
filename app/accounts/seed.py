"""The accounts an installation starts with, so that a newcomer is inside in a minute."""

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
"""Who may see silent cases from the first minute: else help that is asked for in silence would reach nobody."""


def first_staff(database: Database) -> list[tuple[str, str, str | None, str]]:
    """Make the first accounts and return (name, role, agency, password); nothing when anybody exists.

    The passwords are told here and nowhere else: only their hashes are stored.
    """
    with database.read() as session:
        if session.scalar(select(Staff.id).limit(1)) is not None:
            return []
    made = [(name, role, agency, passwords.generate()) for name, role, agency in FIRST]
    with database.write() as session:
        if session.scalar(select(Staff.id).limit(1)) is not None:
            return []
        for name, role, agency, password in made:
            add_staff(session, name, role, agency, password)
        for name in CLEARED:
            set_cleared(session, name, cleared=True)
    return made
