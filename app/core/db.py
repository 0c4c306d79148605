"""Open the database: base class, column types, engine settings and transactions for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    Insert,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
    insert,
)
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

    from app.core.notify import Bell

NEWS = "siaga_news"
"""Key in `Session.info`: the transaction wrote an event or a job, so other processes are woken after the commit."""
WRITE = "siaga_write"
"""Execution option that makes a SQLite transaction take the write lock at once."""


class UtcDateTime(TypeDecorator[datetime]):
    """Store an aware moment in UTC.

    Raises:
        ValueError: the moment has no time zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def upsert(session: Session, table: type[Base]) -> postgresql.Insert:
    """Return an `INSERT` that accepts `ON CONFLICT`, for either engine.

    The dialect is imported here because PostgreSQL's takes 30 ms at start. For the same reason partial indexes in
    models name SQLite's condition only; the migrations create them on both engines.
    """
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return cast("postgresql.Insert", sqlite.insert(table))
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def plain_insert(table: type[Base]) -> Insert:
    """Return a Core `INSERT` to build once and execute with dictionaries.

    Building an ORM insert for each call takes about 1 ms.
    """
    return insert(cast("Table", table.__table__))


IdType = Uuid(as_uuid=False).with_variant(String(36), "sqlite")

Id = Annotated[str, mapped_column(IdType)]
Key = Annotated[str, mapped_column(IdType, primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Code = Annotated[str, mapped_column(String(32))]
Words = Annotated[str, mapped_column(Text)]


class Base(DeclarativeBase):
    """Base class of all tables; constraint names are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, str: Text}


db = SQLAlchemy(disable_autonaming=True)
"""Flask-SQLAlchemy's handle: the engine and one session per request."""


def one_of(column: str, codes: Iterable[str]) -> str:
    """Return the SQL of a CHECK that limits a column to these codes."""
    return f"{column} IN ({', '.join(repr(str(code)) for code in codes)})"


def engine_options(url: str) -> dict[str, Any]:
    """Return the engine settings for `url` (reasons in docs/decisions/0002)."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 10.0, "check_same_thread": False}}
    return {
        "pool_size": 20,
        "max_overflow": 12,
        "pool_timeout": 3.0,
        "pool_recycle": 1800,
        "connect_args": {"connect_timeout": 3, "prepare_threshold": 2},
    }


def open_engine(url: str) -> Engine:
    """Return an engine with the project's settings, for processes without Flask."""
    return prepare(create_engine(url, **engine_options(url)))


def prepare(engine: Engine) -> Engine:
    """Register the connection settings of an engine: pragmas and immediate write transactions on SQLite."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgresql_connect)
    return engine


def _sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # `_sqlite_begin` sends BEGIN
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Any) -> None:
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _postgresql_connect(connection: Any, _record: object) -> None:
    from psycopg.types.string import TextLoader

    connection.adapters.register_loader("uuid", TextLoader)
    previous, connection.autocommit = connection.autocommit, True
    connection.execute("SET synchronous_commit = on")
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET plan_cache_mode = force_generic_plan")  # docs/decisions/0021
    connection.autocommit = previous


class Database:
    """Run transactions on one engine. Domain code receives this object or a session of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._bell: Bell | None = None

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that may write; commit on leaving, roll back on an error.

        When it wrote an event or a job, other processes are woken after the commit.
        """
        with (
            self.engine.connect().execution_options(**{WRITE: True}) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            with session.begin():
                yield session
            news = session.info.get(NEWS, False)
        if news:
            self._wake_processes()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def _wake_processes(self) -> None:
        if self._bell is None:
            from app.core.notify import Bell

            self._bell = Bell(self)
        self._bell.ring()


def sqlite_path(url: str) -> Path | None:
    """Return the file behind a SQLite address, None for another engine."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
