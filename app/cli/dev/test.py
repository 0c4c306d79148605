"""Runs the tests, on both databases and in real browsers (`./siaga test`)."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config import ROOT

_PACKAGES = {
    "chromium": ("chromium",),
    "chromium-headless-shell": ("chromium-headless-shell",),
    "firefox-esr": ("firefox-esr", "firefox"),
    "fonts-noto-core": (),
    "fonts-noto-color-emoji": (),
}
"""Debian package → programs, any of which is enough; without programs the package itself is looked up."""
_PROCESSES = "2"
_TIERS = {
    "--all": "every test on both databases, each screen in every look and language, generated tests in full",
    "--rest": "what --all adds to a run without options; both together run nothing twice with the same numbers",
    "--timed": "only the tests that judge seconds, for a machine that does nothing else; in no other run",
}
"""Options of pytest; tests/support/tiers.py and timed.py define what they select."""
_EPILOG = """\
Without these options: every promise at least once, on SQLite, and on PostgreSQL where SQL, locks or types differ;
each screen and state once in a browser; generated tests with small numbers. Minutes on two cores, before each commit.

Everything else is handed to pytest. However a run ends, none of its processes and temporary files is left behind.
"""


def main(words: list[str]) -> int:
    """Install missing browsers where possible, then replace this process with pytest."""
    parser = argparse.ArgumentParser(
        prog="./siaga test",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("-n", metavar="N", help=f"processes ({_PROCESSES}; 0 when tests are named)")
    for name, promise in _TIERS.items():
        parser.add_argument(name, action="append_const", dest="tiers", const=name, help=promise)
    parser.add_argument("--no-install", action="store_true", help="leave the machine as it is")
    options, rest = parser.parse_known_args(words)
    if not options.no_install:
        _install_browsers()
    named = any(not word.startswith("-") and Path(word.split("::")[0]).exists() for word in rest)
    processes = options.n or ("0" if named else _PROCESSES)
    command = [sys.executable, "-m", "pytest", "-n", processes, "--dist", "worksteal"]
    os.chdir(ROOT)
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # collecting takes half as long with what a run before compiled
    os.execv(command[0], [*command, *(options.tiers or []), *rest])


def _install_browsers() -> None:
    """Install browsers and fonts by apt, on Debian as root; elsewhere the tests report what is missing."""
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
            output = (done.stderr or done.stdout).strip().splitlines()
            print(
                f"siaga: apt could not install them: {output[-1] if output else 'no reason given'}",
                flush=True,
            )
            return


def _has(package: str, programs: tuple[str, ...]) -> bool:
    if programs:
        return any(shutil.which(program) for program in programs)
    if shutil.which("dpkg-query") is None:
        return True
    status = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return status.stdout == "installed"
