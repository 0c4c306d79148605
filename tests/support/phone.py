"""What a resident does with a phone, in words: open, tap, lose the signal, have the browser killed."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from app.cli.dev import chromium as browser
from tests.support.chromium import PATIENCE_MS, RESIDENT, launch
from tests.support.web import Web

Found = TypeVar("Found")

HERE = browser.HERE
WAITING = "Menunggu sinyal — laporan tersimpan di HP ini"


CONTROLLED = """async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 20));
}"""


class LentPhone:
    """A phone that stays on: one context of the browser that all tests share."""

    page: Page
    """The tab in front, once the phone is on."""

    def __init__(self, url: str, context: BrowserContext | None) -> None:
        self.url, self.context = url, context
        if context is not None:
            self.page = context.new_page()

    def open(self, path: str = "/") -> Page:
        """Open an address of the app and wait until it would also open without network."""
        self.page.goto(self.url + path)
        self.page.evaluate(CONTROLLED)
        return self.page

    def lose_signal(self) -> None:
        assert self.context is not None
        self.context.set_offline(True)

    def find_signal(self) -> None:
        assert self.context is not None
        self.context.set_offline(False)


class Phone(LentPhone):
    """A browser profile that outlives the browser."""

    def __init__(self, playwright: Playwright, profile: str, url: str) -> None:
        super().__init__(url, None)
        self._playwright, self._profile = playwright, profile

    def switch_on(self, **options: Any) -> Self:
        """Start the browser on this phone's profile, with one empty page."""
        self.context = self._playwright.chromium.launch_persistent_context(
            self._profile, **launch(whole=True), **RESIDENT | options
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.pages[0]
        return self

    def kill(self) -> None:
        """End the browser as a phone short of memory does: at once, with all its processes."""
        for number in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        with contextlib.suppress(Exception):
            assert self.context is not None
            self.context.close()
        self.context = None

    def _processes(self) -> Iterator[int]:
        """The browser's processes: the system's own list, so that no program is needed for it."""
        mark = f"user-data-dir={self._profile}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "cmdline").read_bytes():
                    yield int(folder.name)

    def switch_off(self) -> None:
        if self.context is not None:
            self.context.close()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext], web: Web) -> LentPhone:
    """A phone on the web process's address that is neither killed nor switched off."""
    return LentPhone(web.url, new_context())


@pytest.fixture
def kept_phone(playwright: Playwright, tmp_path: Path, web: Web) -> Iterator[Phone]:
    """A phone with a profile of its own on the disk: it can be killed and switched on again."""
    made = Phone(playwright, str(tmp_path / "profile"), web.url)
    yield made.switch_on()
    made.switch_off()


def wait_for(
    find: Callable[[], Found | None], seconds: float = 60.0, *, page: Page | None = None, every: float = 0.02
) -> Found:
    """Return what `find` returns, once it is something; with a page, its routes are answered meanwhile."""
    until = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < until, f"nothing after {seconds} s"
        if page:
            page.wait_for_timeout(every * 1000)
        else:
            time.sleep(every)
    return found


def draft_id(page: Page) -> str:
    """The idempotency key of the report that is being written, once its screen is there."""
    return str(page.wait_for_function("() => history.state?.draft").json_value())


KEPT = """async (wanted) => {
  const same = (one) => Object.entries(wanted).every(([field, value]) => one[field] === value);
  while (!(await siaga.database.all('drafts')).some(same)) await new Promise((go) => setTimeout(go, 20));
}"""


def kept_draft(page: Page, **wanted: object) -> None:
    """Wait until the phone's own database holds the report that is being written, with these values."""
    page.evaluate(KEPT, wanted)


REGISTERED = """async () => {
  const { sync } = await navigator.serviceWorker.ready;
  while (!(await sync.getTags()).includes('siaga-outbox')) await new Promise((go) => setTimeout(go, 20));
}"""


def left_to_the_browser(page: Page) -> None:
    """Wait until the browser knows that a report waits, which it hears just after it lies on the disk."""
    page.evaluate(REGISTERED)


def found_place(page: Page) -> None:
    """Wait until the phone has said where it is."""
    page.get_by_text("Lokasi ditemukan").wait_for()


def sent(page: Page) -> str:
    """Wait for the page of the sent report; return the report's id."""
    page.wait_for_url("**/laporan/*")
    page.locator(".ladder").wait_for()
    return page.url.rsplit("/", 1)[1]
