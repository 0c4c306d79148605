"""SQL written out keeps the borders that imports keep: it reads tables of its package or below, and writes its own."""

import ast
import re
import tomllib
from pathlib import Path

from config import ROOT

_TABLES_OF = re.compile(r'__tablename__ = "(\w+)"')
_NAMED = re.compile(r"\b(FROM|JOIN|INTO|UPDATE)\s+(?:ONLY\s+)?([a-z_]+)")
ACROSS = {
    ("accounts", "agency", "reads"): "an account names its agency, and agencies stand above accounts",
    ("eventlog", "event_head", "writes"): "core keeps the tables of the log, eventlog appends to them",
    ("reports", "device", "writes"): "a report, its device and its event are one write (docs/decisions/0001)",
    ("reports", "event_head", "writes"): "the same",
    ("reports", "day_counter", "writes"): "the same",
}
"""(package, table, how) → why it may."""


def _layers():
    """Return each package's height: 0 is the lowest; packages side by side share one."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {name.strip(): height for height, row in enumerate(reversed(rows)) for name in row.split("|")}


def _package(path):
    return path.relative_to(ROOT / "app").parts[0].removesuffix(".py")


def _statements(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _NAMED.findall(node.value)


def test_sql_reads_down_and_writes_its_own():
    heights = _layers()
    files = sorted(Path(ROOT / "app").rglob("*.py"))
    owners = {table: _package(path) for path in files for table in _TABLES_OF.findall(path.read_text())}
    assert len(owners) > 60
    across = set()
    for path in files:
        package = _package(path)
        for word, table in _statements(path):
            owner = owners.get(table, package)
            writes = word in ("INTO", "UPDATE")
            if owner != package and (writes or heights[owner] >= heights[package]):
                across.add((package, table, "writes" if writes else "reads"))
    assert across == set(ACROSS)
