"""Checks and prepares an installation before it starts: free ports, its data folder, the newest schema."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from app.run.sqlite_probe import is_prepared, note_prepared
from config import Settings


class CannotStart(Exception):
    """Raised with a plain sentence that tells an administrator what to fix."""


def check_port(host: str, port: int, option: str) -> None:
    """Check that a port can be opened, by opening it briefly.

    Raises:
        CannotStart: it is taken, not allowed, or the host is not an address of this machine.
    """
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            words = f"port {port} is taken by another program; choose another with {option}"
        elif fault.errno == errno.EACCES:
            words = f"port {port} may not be opened by this user; choose one above 1023 with {option}"
        else:
            words = f"{host} is no address of this machine; choose another with --host"
        raise CannotStart(words) from fault


def check_map(settings: Settings) -> None:
    """Check the map archive, where the settings name one.

    Raises:
        CannotStart: it is not an archive of map pictures.
    """
    if settings.map_archive is None:
        return
    from app.geo.pmtiles import Archive, Unusable

    try:
        Archive(settings.map_archive)
    except Unusable as fault:
        raise CannotStart(f"SIAGA_MAP_TILES: {fault}") from fault


def _is_ours(data: Path) -> bool:
    """Return whether a folder may be made private: it is new, empty, or holds this app's secrets."""
    return not data.exists() or (data / "secret.key").exists() or not any(data.iterdir())


@contextmanager
def own_folder(data: Path) -> Iterator[None]:
    """Lock the data folder for this system, and make it readable by its owner only.

    Raises:
        CannotStart: it cannot be written, or another running system holds it.
    """
    try:
        ours = _is_ours(data)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if ours:
            data.chmod(0o700)
        (data / "log").mkdir(mode=0o700, exist_ok=True)
        lock = os.open(data / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise CannotStart(f"the data folder {data} cannot be written: {_reason(fault)}") from fault
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"a system with the data folder {data} is running already") from None
        yield
    finally:
        os.close(lock)


def prepare(settings: Settings) -> list[tuple[str, str, str]]:
    """Make secrets, migrate the schema and seed; return the first staff with their passwords.

    Raises:
        CannotStart: the database does not answer, or the folder cannot be written.
    """
    from app.core.secrets import make_secrets

    try:
        make_secrets(settings.data)
    except OSError as fault:
        raise CannotStart(f"the data folder {settings.data} cannot be written: {_reason(fault)}") from fault
    if is_prepared(settings):
        return []
    from sqlalchemy.exc import DBAPIError, OperationalError

    try:
        staff = _prepare(settings)
    except OperationalError as fault:
        raise CannotStart(f"{place_of(settings)} does not answer: {_first_line(fault)}") from fault
    except DBAPIError as fault:
        raise CannotStart(f"{place_of(settings)} cannot be prepared: {_first_line(fault)}") from fault
    note_prepared(settings)
    return staff


def _prepare(settings: Settings) -> list[tuple[str, str, str]]:
    from app.accounts.seed import first_staff
    from app.core.db import Database, open_engine
    from app.run.migrate import migrate
    from app.seed import seed

    engine = open_engine(settings.sqlalchemy_url)
    try:
        migrate(engine)
        database = Database(engine)
        seed(database)
        return [(name, role, password) for name, role, _, password in first_staff(database)]
    finally:
        engine.dispose()


def place_of(settings: Settings) -> str:
    """Return a description of the database, without its password."""
    url = urlsplit(settings.database_url)
    if not settings.database_url or url.scheme.startswith("sqlite"):
        return f"the SQLite database in {settings.data}"
    return f"the database {url.path.lstrip('/')} at {url.hostname or 'this machine'}:{url.port or 5432}"


def _first_line(fault: Exception) -> str:
    words = str(getattr(fault, "orig", fault)).strip().splitlines()
    return words[0] if words else type(fault).__name__


def _reason(fault: OSError) -> str:
    return (fault.strerror or type(fault).__name__).lower()
