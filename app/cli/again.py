"""`./siaga test --again`: whether what failed was the program or the moment (decision 0053)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from config import ROOT

FOLDERS = ("tests/browser/", "tests/faults/", "tests/live/", "tests/run/")
"""Where several processes and browsers share two cores with another test; nothing else is asked twice."""
MOST = 3
"""More failures than these are no moment's fault."""
_FAILED = Path(".pytest_cache/v/cache/lastfailed")
_TESTS_FAILED = 1


def ask(code: int, root: Path = ROOT) -> int:
    """Return what the run counts for, `code` unless every failure passes alone; name those that did."""
    failed = _read(root / _FAILED) if code == _TESTS_FAILED else []
    if not may_be_asked(failed):
        return code
    print(f"tests: asking {len(failed)} of them once more, alone", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "0", "--long", *failed]
    if subprocess.run(command, cwd=root, check=False).returncode:
        return code
    print(*(f"tests: UNSTEADY, failed once and passed alone: {one}" for one in failed), sep="\n", flush=True)
    return 0


def may_be_asked(failed: list[str]) -> bool:
    """Tell whether these few failures all lie where the machine's moment can be the cause."""
    return 0 < len(failed) <= MOST and all(one.startswith(FOLDERS) for one in failed)


def _read(file: Path) -> list[str]:
    try:
        return sorted(json.loads(file.read_text()))
    except (OSError, ValueError):
        return []
