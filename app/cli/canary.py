"""Sends a test report through the whole chain of a running system (`./siaga canary`)."""

from __future__ import annotations

import argparse
import os
import sys

from app import models  # noqa: F401  every table, so that foreign keys resolve
from app.core.clock import WITA
from app.core.db import Database, open_engine
from app.core.secrets import load_secrets
from app.self_test import run as canary
from app.self_test.models import LEGS
from config import Settings

LEG_SENTENCES = {
    "web": "the report was acknowledged over HTTP",
    "incident": "it stands in the room's queue, marked SIMULASI",
    "stream": "consoles hear of it",
    "outbox": "the sender took its push",
    "worker": "the worker did its job",
}


def main(words: list[str]) -> int:
    """Run the self-test once; print a line for each leg; return 1 when one was missed."""
    parser = argparse.ArgumentParser(prog="./siaga canary", description=__doc__)
    parser.add_argument("--port", metavar="N", help="where the web listens (8112); the stream has the next")
    parser.add_argument("--data", metavar="DIR", help="folder of the installation (instance)")
    options = parser.parse_args(words)
    named = {"SIAGA_PORT": options.port, "SIAGA_DATA": options.data}
    settings = Settings.from_mapping(
        {**os.environ, **{name: value for name, value in named.items() if value}}
    )
    if not settings.database_url and not (settings.data / "siaga.sqlite3").exists():
        print(f"siaga: nothing is installed in {settings.data}; start ./siaga run once", file=sys.stderr)
        return 1
    database = Database(open_engine(settings.sqlalchemy_url))
    run_id = canary.begin(database)
    if run_id is None:
        return 1
    reached = canary.walk(settings, load_secrets(settings.data, settings.outer), database, run_id)
    for leg in LEGS:
        at = reached.get(leg)
        print(
            f"{at.astimezone(WITA):%H:%M:%S} WITA" if at else "MISSED       ", f"{leg:<9}", LEG_SENTENCES[leg]
        )
    return 0 if len(reached) == len(LEGS) else 1
