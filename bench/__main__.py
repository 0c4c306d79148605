"""Measures every promised figure in one run and prints it beside its limit (`./siaga bench`)."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from bench.rows import Row

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
PARTS = ("intake", "surge", "flood", "live", "nearby", "oversight", "visit", "start", "photo", "push")
"""Modules of this package with a function `rows(quick)`; push is last, because it pins this process to one core."""


def main(words: list[str]) -> int:
    """Measure and print the table, write it with `--keep`; return 1 when a limit was missed."""
    parser = argparse.ArgumentParser(prog="./siaga bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute instead of ten; figures are rougher")
    parser.add_argument("--keep", action="store_true", help=f"write {PAGE.name} too")
    parser.add_argument("parts", nargs="*", help=f"some of: {', '.join(PARTS)}")
    options = parser.parse_args(words)
    table: list[Row] = []
    for part in options.parts or PARTS:
        measure: Callable[..., list[Row]] = import_module(f"bench.{part}").rows
        for row in measure(quick=options.quick):
            table.append(row)
            print(
                f"{'ok  ' if row.holds else 'MISS'} {row.what}: {row.figure} (limit {row.limit}) {row.beside}"
            )
    if options.keep:
        PAGE.write_text(page(table), "utf-8")
    return int(any(not row.holds for row in table))


def page(table: list[Row]) -> str:
    """Return the table as Markdown."""
    lines = [
        "# Benchmarks",
        "",
        (
            f"`./siaga bench --keep` wrote this on {platform.machine()}, Python {platform.python_version()}. "
            "Machines differ and are shared: read ratios, and measure on your own."
        ),
        "",
        "| what | measured | limit | beside it, in the same run | holds |",
        "|---|---|---|---|---|",
        *(
            f"| {r.what} | {r.figure} | {r.limit} | {r.beside} | {'yes' if r.holds else '**no**'} |"
            for r in table
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
