"""Makes secrets, migrates the schema and seeds, without starting a process (`./siaga migrate`)."""

from __future__ import annotations

import argparse

from app.cli.installation import chosen_settings
from app.run.prepare import own_folder, place_of, prepare
from app.run.sqlite_probe import forget_prepared, newest


def main(words: list[str]) -> int:
    """Prepare the database, even if it was prepared before."""
    argparse.ArgumentParser(prog="./siaga migrate", description=__doc__).parse_args(words)
    settings = chosen_settings()
    with own_folder(settings.data):
        forget_prepared(settings)
        staff = prepare(settings)
    print(f"{place_of(settings)} has schema {newest()} and all seeds")
    for name, role, password in staff:
        print(f"{name:<16} {password}   {role}   (shown this once)")
    return 0
