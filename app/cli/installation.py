"""Opens the settings and the database of the installation that a command works on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.db import Database, open_engine
from app.run.prepare import CannotStart, place_of
from app.run.sqlite_probe import NoAnswer, ask
from config import Settings


def chosen_settings() -> Settings:
    """Return the settings of the environment, with the data folder absolute.

    Raises:
        SettingsError: settings are invalid; names every fault.
    """
    data = str(Path(os.environ["SIAGA_DATA"]).absolute())
    return Settings.from_mapping({**os.environ, "SIAGA_DATA": data})


@contextmanager
def prepared_database() -> Iterator[Database]:
    """Open the database of an installation that was started or migrated before.

    Raises:
        CannotStart: the database does not answer, or has no tables yet.
    """
    settings = chosen_settings()
    try:
        ask(settings, "SELECT version_num FROM alembic_version")
    except NoAnswer as fault:
        raise CannotStart(
            f"{place_of(settings)} is not there or empty; ./siaga run or ./siaga migrate makes it"
        ) from fault
    from app import models  # noqa: F401  every table, so that foreign keys resolve

    engine = open_engine(settings.sqlalchemy_url)
    try:
        yield Database(engine)
    finally:
        engine.dispose()
