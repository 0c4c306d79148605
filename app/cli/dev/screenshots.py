"""Takes screenshots of the pages of residents and staff, from a system started for it (`./siaga shots`)."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.dev.chromium import FLAGS, chromium, driver
from app.run.prepare import CannotStart
from config import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = ROOT / "docs" / "pictures"
EVERYTHING = ROOT / "build" / "shots"


def main(words: list[str]) -> int:
    """Write the pictures of the README, or with `--all` every screen in every variant."""
    parser = argparse.ArgumentParser(prog="./siaga shots", description=__doc__)
    parser.add_argument(
        "--all", action="store_true", help="every screen, width, language and colour, into build/shots"
    )
    parser.add_argument("--to", type=Path, metavar="DIR", help="another folder")
    options = parser.parse_args(words)
    folder: Path = options.to or (EVERYTHING if options.all else PICTURES)
    folder.mkdir(parents=True, exist_ok=True)
    from app.cli.dev.screenshot_list import READY_MADE, looks
    from app.cli.dev.screenshot_system import Scene

    with (
        tempfile.TemporaryDirectory(prefix="siaga-shots-") as data,
        Scene(Path(data)) as scene,
        _browser() as browser,
    ):
        for look in looks() if options.all else READY_MADE:
            for path in look.take(browser, scene, folder):
                print(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path, flush=True)
    return 0


@contextmanager
def _browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        raise CannotStart("pictures need Chromium; on Debian: apt install chromium")
    with driver() as started:
        browser = started.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
