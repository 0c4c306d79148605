"""Measures how soon the web process answers, and its memory by then."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from app.run.processes import plans
from bench.installation import ROOT, installation
from bench.intake import environment
from bench.rows import Row, percentile
from tests.support.system import free_ports

LIMIT_S = 0.55
LIMIT_MB = 80
LIBRARIES = (
    "granian.cli, flask, sqlalchemy.orm, sqlalchemy.dialects.sqlite, flask_sqlalchemy, pydantic, structlog"
)


def rows(*, quick: bool = False) -> list[Row]:
    """Start it several times on one installation; return the median."""
    times_s, sizes_mb, libraries_s = [], [], []
    with installation("sqlite", free_ports()) as place:
        plan = plans(place.settings, since=datetime.now(UTC))[0]
        for _ in range(3 if quick else 9):
            began = time.perf_counter()
            process = subprocess.Popen(
                plan.command,
                cwd=ROOT,
                env=environment(place),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            while not plan.ready():
                time.sleep(0.005)
            times_s.append(time.perf_counter() - began)
            sizes_mb.append(_family_mb(process.pid))
            process.terminate()
            process.wait(15)
            libraries_s.append(_libraries_s(environment(place)))
    took_s, size_mb = percentile(times_s, 0.5), percentile(sizes_mb, 0.5)
    beside = f"{percentile(libraries_s, 0.5):.2f} s for Python and its libraries alone"
    return [
        Row("web process, first answer", f"{took_s:.2f} s", f"{LIMIT_S} s", took_s <= LIMIT_S, beside),
        Row("web process, memory", f"{size_mb:.0f} MB", f"{LIMIT_MB} MB", size_mb <= LIMIT_MB),
    ]


def _libraries_s(variables: dict[str, str]) -> float:
    """Return the seconds that Python takes to load the libraries of the web process, without the app."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {LIBRARIES}"], env=variables, cwd=ROOT, check=True)
    return time.perf_counter() - began


def _family_mb(pid: int) -> float:
    """Return the proportional memory of a process and its children (shared pages count once)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    kept = 0
    for item in (pid, *children):
        for line in Path(f"/proc/{item}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kept += int(line.split()[1])
    return kept / 1024
