"""`./siaga check`: everything that can be said about the code without running it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from app.cli.dev.chromium import node
from config import ROOT

_BIN = Path(sys.executable).parent
_TSC = ROOT / "node_modules" / ".bin" / "tsc"


def main(words: list[str]) -> int:
    """Run each check, say how it went, and fail when one failed."""
    argparse.ArgumentParser(prog="./siaga check", description=__doc__).parse_args(words)
    failed = [name for name, command in _checks() if not _run(name, command)]
    print(f"check: {'failed: ' + ', '.join(failed) if failed else 'all is well'}")
    return 1 if failed else 0


def _checks() -> list[tuple[str, list[str]]]:
    return [
        ("ruff", [str(_BIN / "ruff"), "check", "--quiet", "."]),
        ("format", [str(_BIN / "ruff"), "format", "--quiet", "--check", "."]),
        ("templates", [str(_BIN / "djangofmt"), "--quiet", "--check", "app", "pwa"]),
        ("template rules", [str(_BIN / "djangofmt"), "check", "--output-format", "concise", "app", "pwa"]),
        ("mypy", [str(_BIN / "mypy"), "--no-error-summary"]),
        ("imports", [str(_BIN / "lint-imports"), "--no-cache"]),
        *_types_of_scripts(),
        ("house", [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/house/static"]),
    ]


def _types_of_scripts() -> list[tuple[str, list[str]]]:
    """Tsc over every tsconfig of pwa/, with the compiler that package-lock.json pins."""
    configs = [path for path in sorted(ROOT.glob("tsconfig*.json")) if _has_files(path)]
    if not configs:
        return []
    if not _compiler_is_pinned():
        done = _run("npm ci", [*_npm(), "ci", "--silent"])
        if not done:
            return [("tsc", ["false"])]
    return [(f"tsc {path.name}", [*_node_tool(_TSC), "--project", str(path)]) for path in configs]


def _has_files(config: Path) -> bool:
    patterns = json.loads(config.read_text()).get("include", [])
    return any(True for pattern in patterns for _ in ROOT.glob(pattern))


def _compiler_is_pinned() -> bool:
    """Tell whether node_modules holds what the lock file says (npm keeps its own copy of the lock)."""
    try:
        have = json.loads((ROOT / "node_modules" / ".package-lock.json").read_text())["packages"]
    except (OSError, ValueError):
        return False
    want = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    name = "node_modules/typescript"
    return _TSC.exists() and bool(have.get(name, {}).get("integrity") == want[name]["integrity"])


def _npm() -> list[str]:
    cli = node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node()), str(cli)]


def _node_tool(tool: Path) -> list[str]:
    return [str(node()), str(tool.resolve())]


def _run(name: str, command: list[str]) -> bool:
    start = time.monotonic()
    if shutil.which(command[0]) is None:
        print(f"{name:<20} cannot run: {command[0]} is missing", flush=True)
        return False
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    print(
        f"{name:<20} {'ok' if done.returncode == 0 else 'FAILED'} {time.monotonic() - start:5.1f} s",
        flush=True,
    )
    if done.returncode:
        print((done.stdout + done.stderr).strip()[-6000:], flush=True)
    return done.returncode == 0
