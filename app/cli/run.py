"""Starts web, worker and stream, and stops them together (`./siaga run`)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from app.run.prepare import CannotStart, check_map, check_port, own_folder, place_of, prepare
from app.run.processes import NAMES, probe_host
from app.run.supervisor import Supervisor
from config import Settings


def main(words: list[str]) -> int:
    """Run until Ctrl-C; return 1 when it cannot start or a process keeps dying."""
    options = _options(words)
    environment = {**os.environ, **_chosen(options)}
    environment["SIAGA_DATA"] = str(Path(environment["SIAGA_DATA"]).absolute())
    environment["PYTHONUNBUFFERED"] = "1"
    settings = Settings.from_mapping(environment)
    try:
        with own_folder(settings.data):
            if "web" in options.only:
                check_port(settings.host, settings.port, "--port")
                check_map(settings)
            if "live" in options.only:
                check_port(settings.host, settings.stream_port, "--port or SIAGA_LIVE_PORT")
            staff = prepare(settings)
            logs = None if options.verbose else settings.data / "log"
            supervisor = Supervisor(
                settings, environment, on_message=_print_line, logs=logs, only=options.only
            )
            return supervisor.run(lambda: print(screen(settings, staff), flush=True))
    except CannotStart as fault:
        _print_line(str(fault))
        return 1


def screen(settings: Settings, staff: list[tuple[str, str, str]]) -> str:
    """Return the text that a running system shows in the terminal."""
    base = settings.public_url.rstrip("/") or f"http://{_shown_host(settings.host)}:{settings.port}"
    where = place_of(settings)
    lines = [
        "",
        "Bontang Siaga 112 is running.",
        "",
        f"  Residents   {base}/",
        f"  Console     {base}/console",
        f"  Data        {settings.data}" + ("" if "SQLite" in where else f" and {where}"),
        f"  Log         {settings.data / 'log'}",
        "",
    ]
    if staff:
        lines.append("  Staff       passwords are shown this once; ./siaga staff password NAME sets another")
        lines += [f"              {name:<16} {password}   {role}" for name, role, password in staff]
    else:
        lines.append("  Staff       ./siaga staff list; ./siaga staff password NAME")
    if not settings.loopback_only and not settings.tls:
        lines.append("  Phones      need https for offline use, place and push: docs/operations.md")
    return "\n".join([*lines, "  Stop        Ctrl-C", ""])


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./siaga run", description=__doc__)
    parser.add_argument("--port", metavar="N", help="residents and console (8112); the stream takes the next")
    parser.add_argument("--host", metavar="ADDRESS", help="127.0.0.1; 0.0.0.0 for other machines")
    parser.add_argument("--data", metavar="DIR", help="secrets, database, uploads (instance)")
    parser.add_argument(
        "--only",
        metavar="NAMES",
        type=_names,
        default=NAMES,
        help="web,worker,live: some of them, others run elsewhere",
    )
    parser.add_argument("--verbose", action="store_true", help="log here instead of into DIR/log")
    return parser.parse_args(words)


def _names(words: str) -> tuple[str, ...]:
    chosen = tuple(name.strip() for name in words.split(","))
    if unknown := set(chosen) - set(NAMES):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: only {', '.join(NAMES)} can be run")
    return chosen


def _chosen(options: argparse.Namespace) -> Mapping[str, str]:
    named = {"SIAGA_PORT": options.port, "SIAGA_HOST": options.host, "SIAGA_DATA": options.data}
    return {name: value for name, value in named.items() if value is not None}


def _shown_host(host: str) -> str:
    shown = probe_host(host)
    return f"[{shown}]" if ":" in shown else shown


def _print_line(sentence: str) -> None:
    print(f"siaga: {sentence}", file=sys.stderr, flush=True)
