"""Writes the notices required within 3 x 24 hours of a breach (UU 27/2022, art. 46; `./siaga breach-pack`).

They state the persons, the data, the time and the measures. The command sends nothing. Survivors who may not be
notified by message are in a separate list, for their counsellor.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.installation import chosen_settings, prepared_database
from app.core.clock import WITA, now
from app.core.i18n import say
from app.core.secrets import load_secrets
from app.reports.models import Report
from app.run.prepare import CannotStart
from app.silent import breach_notice
from app.silent.crypto.key_files import write_private_file
from app.silent.encrypted_fields import load_master_key

_COLUMNS = ("case", "number", "received_at", "language", "held", "channel", "hours_wita", "code_word")


def main(words: list[str]) -> int:
    """Write the pack into a new folder, readable by its owner only."""
    parser = argparse.ArgumentParser(prog="./siaga breach-pack", description=__doc__)
    parser.add_argument(
        "--since", required=True, metavar="DAY", help="when the breach began: 2026-11-20[T14:00]"
    )
    parser.add_argument("--until", metavar="DAY", help="when it was shut; now when missing")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    parser.add_argument("--dry-run", action="store_true", help="count, write nothing")
    options = parser.parse_args(words)
    since, until = _moment(options.since, "--since"), _moment(options.until, "--until")
    if since >= until:
        raise CannotStart("--since is not before --until")
    folder: Path = options.out
    if folder.exists() and any(folder.iterdir()):
        raise CannotStart(f"{folder} is not empty; a pack goes into a new folder")
    settings = chosen_settings()
    outer = load_master_key(load_secrets(settings.data, settings.outer))
    with prepared_database() as database:
        with database.read() as session:
            reports = _reports(session, until)
            cases = list(breach_notice.affected_cases(session, outer, until))
        by_message = [case for case in cases if case.channel]
        never = [case for case in cases if not case.channel]
        print(
            f"{len(reports)} reports; {len(cases)} silent cases, {len(never)} of them not to be told by message"
        )
        if options.dry_run:
            return 0
        with database.write() as session:
            breach_notice.log_notice_pack(session, cases)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    values = {
        "since": since.astimezone(WITA).strftime("%Y-%m-%d %H:%M"),
        "until": until.astimezone(WITA).strftime("%Y-%m-%d %H:%M"),
        "reports": len(reports),
        "cases": len(cases),
        "never": len(never),
    }
    files = {
        "reports.csv": _table(("report", "received_at", "language", "phone", "may_call"), reports),
        "cases-by-counsellor.csv": _table(_COLUMNS, map(_row, by_message)),
        "cases-not-by-message.csv": _table(_COLUMNS, map(_row, never)),
        "summary.json": json.dumps(values | {"made_at": now().isoformat()}, indent=1),
    }
    for locale in ("id", "en"):
        files[f"authority-{locale}.txt"] = say(locale, "breach.authority", **values)
        files[f"person-{locale}.txt"] = say(locale, "breach.person", **values)
    for name, content in files.items():
        write_private_file(folder / name, content.encode())
    print(f"{folder}: {', '.join(sorted(files))}")
    print("Nothing was sent. Cases are told by their counsellor alone: in her hours, or face to face.")
    return 0


def _reports(session: Session, until: datetime) -> list[Sequence[object]]:
    """Return time, language and phone of every ordinary report received until `until`."""
    rows = session.execute(
        select(Report.id, Report.received_at, Report.locale, Report.contact_phone, Report.may_call)
        .where(Report.received_at <= until)
        .order_by(Report.received_at)
    )
    return [(row[0], row[1].isoformat(), row[2], row[3] or "", "yes" if row[4] else "no") for row in rows]


def _row(case: breach_notice.AffectedCase) -> Sequence[object]:
    return (
        case.id,
        case.number,
        case.received_at.isoformat(),
        case.locale,
        " ".join(case.held),
        case.channel or "none",
        case.hours,
        "yes" if case.code_word else "no",
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(columns)
    writer.writerows(rows)
    return sink.getvalue()


def _moment(text: str | None, option: str) -> datetime:
    if text is None:
        return now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CannotStart(f"{option}: {text} is no day; write 2026-11-20 or 2026-11-20T14:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=WITA)
