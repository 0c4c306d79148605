"""Debian's Chromium through Playwright, quiet enough for a closed network."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from app.cli.dev import chromium as browser
from tests.support.missing_programs import lack

PLAYWRIGHT_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
"""Features that Playwright switches off; Chromium reads only the last list of a command line, so ours repeats them."""
UNSEEN = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "SpareRendererForSitePerProcess",
)
"""Pages of the browser's own address bar and a process in reserve: half of what a new context costs."""
FLAGS = [*browser.FLAGS, f"--disable-features={','.join(PLAYWRIGHT_OFF + UNSEEN)}"]
SHELL = "chromium-headless-shell"
"""The same Chromium without windows: a test costs a fifth less than in the whole browser, which stands in for it."""
PERMISSIONS = ["geolocation", "notifications", "background-sync"]
"""Playwright denies what is not listed; Background Sync too."""
PHONE = {"width": 360, "height": 740}
RESIDENT: dict[str, Any] = {
    "viewport": PHONE,
    "locale": "id-ID",
    "timezone_id": "Asia/Makassar",
    "permissions": PERMISSIONS,
    "geolocation": browser.HERE,
    "has_touch": True,
    "is_mobile": True,
}
"""Options of a phone in Bontang."""
PATIENCE_MS = 60_000
"""How long a test waits for what must come: no promise. What promises a time states its own number."""

HURRIED = """(() => {
  if (globalThis.hurried) return;
  globalThis.hurried = true;
  for (const name of ['setTimeout', 'setInterval']) {
    const before = globalThis[name];
    globalThis[name] = (call, ms = 0, ...more) => before(call, ms < 1000 || ms > 15000 ? ms : ms / 8, ...more);
  }
})()"""
"""Pauses of 1 to 15 seconds end eight times sooner: what a page would do a little later by itself it does now."""


def hurry(page: Page) -> Page:
    """Let the pauses of a page end eight times sooner from the next address on."""
    page.add_init_script(HURRIED)
    return page


def launch(*, whole: bool = False) -> dict[str, Any]:
    """Return what `chromium.launch` and, for a profile on the disk, `launch_persistent_context` need."""
    path = (None if whole else shutil.which(SHELL)) or browser.chromium()
    if path is None:
        lack("Chromium", "no such program; on Debian: apt install chromium chromium-headless-shell")
    return {"executable_path": path, "args": FLAGS, "chromium_sandbox": False}


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browsers."""
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE_MS)
    with browser.driver() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests of this process; contexts keep them apart."""
    started = playwright.chromium.launch(**launch())
    yield started
    started.close()


@pytest.fixture(scope="session")
def whole_chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser with everything, push too, for tests that name it in place of `chromium`."""
    started = playwright.chromium.launch(**launch(whole=True))
    yield started
    started.close()


def open_context(chromium: Browser, **options: Any) -> BrowserContext:
    """Return a fresh profile of a phone in Bontang, which the caller closes; options are Playwright's."""
    context = chromium.new_context(**RESIDENT | options)
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return `make(**options)`: a context as `open_context` returns it, closed after the test."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        made.append(open_context(chromium, **options))
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A page on a phone-sized screen; a fault in its script fails the test."""
    opened = new_context().new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    yield opened
    assert not faults, faults
