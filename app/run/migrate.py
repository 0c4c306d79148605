"""Migrates a database to the newest schema."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from app.core.db import WRITE
from config import ROOT

_FOLDER = ROOT / "migrations"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to `revision`; an advisory lock serializes two processes that start at once."""
    config = Config(str(_FOLDER / "alembic.ini"))
    config.set_main_option("script_location", str(_FOLDER))
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(641120)"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
