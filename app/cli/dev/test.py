"""`./siaga test`: every test, on both databases and in real browsers."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.cli import again
from config import ROOT

_PACKAGES = {
    "chromium": ("chromium",),
    "firefox-esr": ("firefox-esr", "firefox"),
    "fonts-noto-core": (),
    "fonts-noto-color-emoji": (),
}
"""Debian package → programs of which one is enough; without a program the package itself is looked for."""
_PROCESSES = "2"


def main(words: list[str]) -> int:
    """Install what is missing where that is possible, then become pytest."""
    parser = argparse.ArgumentParser(
        prog="./siaga test", description=__doc__, epilog="Everything else is handed to pytest."
    )
    parser.add_argument("-n", metavar="N", help=f"processes ({_PROCESSES}; 0 when tests are named)")
    parser.add_argument("--long", action="store_true", help="the long ones too: faults and load")
    parser.add_argument("--no-install", action="store_true", help="leave the machine as it is")
    parser.add_argument(
        "--again",
        action="store_true",
        help="ask few failed tests of whole processes once more, alone, and name them",
    )
    options, rest = parser.parse_known_args(words)
    if not options.no_install:
        _install_browsers()
    named = any(not word.startswith("-") and Path(word.split("::")[0]).exists() for word in rest)
    command = [sys.executable, "-m", "pytest", "-n", options.n or ("0" if named else _PROCESSES)]
    command += ["--dist", "worksteal"]
    command += ["--long"] if options.long else []
    command += ["--cache-clear"] if options.again else []
    code = subprocess.run([*command, *rest], cwd=ROOT, check=False).returncode
    return again.ask(code) if options.again else code


def _install_browsers() -> None:
    """Ask apt for browsers and fonts, on Debian and as root; elsewhere the tests say what they lack."""
    missing = [package for package, programs in _PACKAGES.items() if not _has(package, programs)]
    if not missing or shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    print(f"siaga: installing {', '.join(missing)} by apt …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            print(f"siaga: apt could not install them: {said[-1] if said else 'no reason given'}", flush=True)
            return


def _has(package: str, programs: tuple[str, ...]) -> bool:
    if programs:
        return any(shutil.which(program) for program in programs)
    if shutil.which("dpkg-query") is None:
        return True
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout == "installed"
