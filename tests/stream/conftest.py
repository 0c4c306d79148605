"""The stream's process is started once for each module of these tests and engine; they count events from its head."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.db import Database, open_engine
from app.core.secrets import load_secrets
from config import Settings
from tests.support.databases import own_database
from tests.support.streams import Room
from tests.support.system import free_ports


@pytest.fixture(scope="module")
def module_room(
    engine_name: str,
    secrets_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Room]:
    data = shutil.copytree(secrets_template, tmp_path_factory.mktemp("room") / "instance")
    with own_database(engine_name, data, request) as url:
        chosen = Settings(data=data, database_url=url, port=free_ports())
        database = Database(open_engine(chosen.sqlalchemy_url))
        made = Room(chosen, load_secrets(data), database).start()
        yield made
        made.stop()
        database.engine.dispose()


@pytest.fixture
def room(module_room: Room) -> Iterator[Room]:
    """A running stream that nobody listens to yet."""
    yield module_room
    module_room.hang_up()
