"""Pins the requirements again, every file by its hash (`./siaga lock`)."""

from __future__ import annotations

import argparse
import subprocess
import sys

from app.cli.dev import npm
from config import ROOT

_OPTIONS = [
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--no-config",
    "--no-header",
    "--no-emit-options",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
]


def main(words: list[str]) -> int:
    """Write requirements.txt, then requirements-dev.txt, which must agree with it, then package-lock.json."""
    parser = argparse.ArgumentParser(prog="./siaga lock", description=__doc__)
    parser.add_argument(
        "--upgrade", action="store_true", help="take the newest versions; else only what changed"
    )
    parser.add_argument("--python", default=sys.executable, help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    for name in ("requirements", "requirements-dev"):
        command = [options.python, "-m", "piptools", "compile", *_OPTIONS]
        command += ["--upgrade"] if options.upgrade else []
        done = subprocess.run([*command, "-o", f"{name}.txt", f"{name}.in"], cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
    return npm.lock()
