"""Verifies the event log and the silent case log, and prints their heads to keep elsewhere (`./siaga audit`)."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from app.cli.installation import chosen_settings, prepared_database
from app.core.db import Database
from app.core.secrets import Secrets, load_secrets
from app.eventlog.anchors import FILE, Anchor, AnchorsBroken, read_anchors
from app.eventlog.verify import Finding, verify
from app.eventlog.write_anchor import anchor_head
from app.run.prepare import CannotStart
from app.silent.case_log_anchor import CaseChain, CaseVerdict

_SENTENCES = {
    "broken": "event {seq} is not what was written there: it, or the one before it, was edited, inserted or moved",
    "missing": "event {seq} is missing",
    "head": "the log ends elsewhere than event {seq}, which was the last one written: it was cut or its end edited",
    "beyond_head": "event {seq} was added behind the end of the log",
    "anchor": "event {seq} is gone or another one than anchored: the log was cut there or before, or written anew",
}


def main(words: list[str]) -> int:
    """Verify or anchor the logs; return 1 when one is not whole."""
    options = _parser().parse_args(words)
    return int(options.work(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./siaga audit", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    words = "compute every link of the log again, against its head and the anchors outside the database"
    check = commands.add_parser("verify", help=words, description=words)
    check.add_argument("--anchors", type=Path, metavar="FILE", help="a copy of anchors.log kept elsewhere")
    check.add_argument("--head", metavar="SEQ:HASH", help="a head that was noted on paper or elsewhere")
    check.add_argument("--cases", metavar="HEAD", help="the second head that ./siaga audit anchor printed")
    check.set_defaults(work=_verify)
    words = "write the head into anchors.log now and print it, to be kept on another machine or on paper"
    commands.add_parser("anchor", help=words, description=words).set_defaults(work=_anchor)
    return parser


def _verify(options: argparse.Namespace) -> int:
    settings = chosen_settings()
    with prepared_database() as database:
        secrets = load_secrets(settings.data, settings.outer)
        file: Path = options.anchors or settings.data / FILE
        if options.anchors and not file.exists():
            raise CannotStart(f"{file} does not exist")
        try:
            anchors = read_anchors(file, secrets)
        except AnchorsBroken as fault:
            print(f"NOT WHOLE: {file.name}, line {fault.line}, was not written by this installation")
            return 1
        noted = [_noted(options.head)] if options.head else []
        verdict = verify(database, [*anchors, *noted])
        cases = _cases(database, secrets, [anchor.sealed for anchor in anchors], options.cases)
    if cases.broken is not None:
        print(f"NOT WHOLE: link {cases.broken} of the silent chain is missing or not what was written there")
    if cases.lost is not None:
        print(
            f"NOT WHOLE: link {cases.lost} of the silent chain is gone or another one than anchored: "
            "it was cut there or before, or written anew"
        )
    for finding in verdict.findings:
        print(f"NOT WHOLE: {_sentence(finding)}")
    if verdict.whole:
        print(f"whole: {verdict.events} events, {verdict.anchors} anchors, head {verdict.seq}:{verdict.hash}")
    return 0 if verdict.whole and cases.whole else 1


def _cases(database: Database, secrets: Secrets, sealed: list[str], noted: str | None) -> CaseVerdict:
    chain = CaseChain(secrets)
    try:
        return chain.verify(database, [*sealed, noted] if noted else sealed)
    except ValueError:
        raise CannotStart("--cases is the last word that ./siaga audit anchor printed here") from None


def _anchor(_options: argparse.Namespace) -> int:
    settings = chosen_settings()
    with prepared_database() as database:
        secrets = load_secrets(settings.data, settings.outer)
        anchor = anchor_head(database, secrets, settings.data, beside=CaseChain(secrets), always=True)
    if anchor is None:
        print("NOT WHOLE: a log contradicts its anchors; ./siaga audit verify says where")
        return 1
    print(f"{anchor.at} {anchor.seq}:{anchor.hash} {anchor.sealed}")
    return 0


def _noted(head: str) -> Anchor:
    seq, _, digest = head.partition(":")
    if not seq.isdecimal() or not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise CannotStart(
            "--head is a number, a colon and 64 letters and digits, as ./siaga audit anchor prints it"
        )
    return Anchor("", int(seq), digest)


def _sentence(finding: Finding) -> str:
    return _SENTENCES[finding.code].format(seq=finding.seq)
