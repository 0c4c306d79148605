"""`./siaga bench [--quick]`: every figure beside its limit, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from config import ROOT


def main(words: list[str]) -> int:
    """Measure and print the table; 1 when a figure does not hold."""
    return subprocess.run([sys.executable, "-m", "bench", *words], cwd=ROOT, check=False).returncode
