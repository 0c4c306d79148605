"""Defines the help page of `./siaga --help`, and the module of each command."""

from __future__ import annotations

COMMANDS = {
    "run": "app.cli.run",
    "staff": "app.cli.staff",
    "migrate": "app.cli.migrate",
    "seed": "app.cli.migrate",
    "ppa": "app.cli.ppa.__main__",
    "outer": "app.cli.rotate_key",
    "breach-pack": "app.cli.breach_pack",
    "backup": "app.cli.backup",
    "audit": "app.cli.audit",
    "geo": "app.cli.geo",
    "canary": "app.cli.canary",
    "check": "app.cli.dev.check",
    "test": "app.cli.dev.test",
    "lock": "app.cli.dev.lock",
    "demo": "app.cli.demo.__main__",
    "shots": "app.cli.dev.screenshots",
    "bench": "app.cli.dev.bench",
}
"""Command → module."""

HELP = """\
Bontang Siaga 112 — an emergency, told in one tap, is seen in the dispatch room within a second

Use it
  ./siaga run                        start everything here, first time or hundredth; Ctrl-C stops it
      --port 8112                    residents and console; the stream takes the next port
      --host 127.0.0.1               0.0.0.0 to be reached from other machines
      --data instance                folder of secrets, database and uploads

Look after it
  ./siaga staff list                 who may sign in to the console
  ./siaga staff add NAME --role operator|supervisor|agency|auditor|administrator [--agency CODE]
  ./siaga staff password NAME        another password (--password-stdin reads it)
  ./siaga staff disable NAME         shut somebody out at once; enable lets them in again
  ./siaga staff reset-totp NAME      for a lost code generator
  ./siaga demo [--remove]            a simulated day for training and pictures, or remove it
  ./siaga geo import FILE-OR-URL     outlines of the kelurahan (GeoJSON with kode and nama)
  ./siaga geo where LAT LON          in which kelurahan a position lies
  ./siaga migrate                    newest schema and seeds, without starting anything
  ./siaga ppa root|sign|publish      UPTD PPA's offline root and the roster of who may read what is sealed
  ./siaga ppa leaver|rewrap|recover  shut a counsellor out; new readers; two of three shares open everything
  ./siaga outer rotate               another outer key: the one that no backup holds
  ./siaga breach-pack --since DAY --out DIR   who must be told of a breach (UU 27/2022), and how safely
  ./siaga backup FILE.tar.gz         database, secrets and photos in one file, while it runs
  ./siaga canary                     one test report through the whole chain, as every day by itself
  ./siaga audit verify               is the log of events whole: nothing edited, deleted, inserted, cut
  ./siaga audit anchor               the log's head, to be noted outside the database

Work on it
  ./siaga test [--all]               every promise in minutes; --all: every test, on both databases
  ./siaga check                      style, types, import directions, scripts, house rules
  ./siaga bench [--quick]            measure, each figure beside its limit
  ./siaga shots [--all]              pictures of the screens: the README's, or every one in every look
  ./siaga lock [--upgrade]           pin the requirements again

Options of run are settings too: SIAGA_PORT, SIAGA_HOST, SIAGA_DATA, DATABASE_URL and the others in
docs/operations.md. Every command explains itself: ./siaga COMMAND --help
"""
