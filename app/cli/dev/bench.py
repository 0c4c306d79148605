"""Measures every figure and prints it beside its limit, in a process of its own (`./siaga bench [--quick]`)."""

from __future__ import annotations

import subprocess
import sys

from config import ROOT


def main(words: list[str]) -> int:
    """Measure and print the table; return 1 when a figure misses its limit."""
    return subprocess.run([sys.executable, "-m", "bench", *words], cwd=ROOT, check=False).returncode
