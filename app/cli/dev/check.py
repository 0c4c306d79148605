"""Runs all static checks of the code (`./siaga check`)."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from app.cli.dev.npm import npm, tool, tools_are_pinned
from config import ROOT

_BIN = Path(sys.executable).parent
_FORMATTED = ("pwa/js", "pwa/css", "pwa/sw.js", "eslint.config.mjs", "package.json")


def main(words: list[str]) -> int:
    """Run each check and print its result; return 1 when one failed."""
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
        *_phone_checks(),
        ("house", [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/house/static"]),
    ]


def _phone_checks() -> list[tuple[str, list[str]]]:
    """Return the checks of pwa/ with the tools that package-lock.json pins; install missing tools."""
    if not tools_are_pinned() and not _run("npm ci", npm("ci", "--silent")):
        return [("npm ci", ["false"])]
    configs = [path for path in sorted(ROOT.glob("tsconfig*.json")) if _has_files(path)]
    return [
        ("prettier", tool("prettier", "--check", "--log-level", "warn", *_cached("prettier"), *_FORMATTED)),
        ("eslint", tool("eslint", "--max-warnings", "0", *_cached("eslint"), "pwa", "eslint.config.mjs")),
        ("stylelint", tool("stylelint", "--max-warnings", "0", *_cached("stylelint"), "pwa/css/*.css")),
        *((f"tsc {path.name}", tool("tsc", "--project", str(path))) for path in configs),
    ]


def _cached(name: str) -> list[str]:
    """Return the options by which a tool checks only files whose content changed."""
    return ["--cache", "--cache-strategy", "content", "--cache-location", f"node_modules/.cache/check-{name}"]


def _has_files(config: Path) -> bool:
    patterns = json.loads(config.read_text()).get("include", [])
    return any(True for pattern in patterns for _ in ROOT.glob(pattern))


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
