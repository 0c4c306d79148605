"""Finds a command of `./siaga` and runs it."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from app.cli.help import COMMANDS, HELP
from app.run.prepare import CannotStart
from config import ROOT, SettingsError

os.environ.setdefault("SIAGA_DATA", str(ROOT / "instance"))


def main(words: list[str]) -> int:
    """Run one command; print a fault that an administrator can fix as one sentence; return the exit status."""
    if not words or words[0] in {"-h", "--help", "help"}:
        print(HELP)
        return 0
    name, *rest = words
    if name not in COMMANDS:
        print(f"siaga: there is no command {name!r}; see ./siaga --help", file=sys.stderr)
        return 2
    try:
        return int(import_module(COMMANDS[name]).main(rest))
    except (SettingsError, CannotStart) as fault:
        sentences = fault.faults if isinstance(fault, SettingsError) else [str(fault)]
        print(*(f"siaga: {sentence}" for sentence in sentences), sep="\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
