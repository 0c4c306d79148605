"""What a resident does with a phone, in words: open, tap, lose the signal, have the browser killed."""

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from tests.support.chromium import PATIENCE_MS, PERMISSIONS, PHONE, launch

HERE = {"latitude": 0.1331, "longitude": 117.4902, "accuracy": 18}
WAITING = "Menunggu sinyal — laporan tersimpan di HP ini"


CONTROLLED = """async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 20));
}"""


class LentPhone:
    """A phone that stays on: one context of the browser that all tests share."""

    def __init__(self, url, context):
        self.url, self.context = url, context
        self.page = context.new_page() if context else None

    def open(self, path="/"):
        """Open an address of the app and wait until it would also open without network."""
        self.page.goto(self.url + path)
        self.page.evaluate(CONTROLLED)
        return self.page

    def lose_signal(self):
        self.context.set_offline(True)

    def find_signal(self):
        self.context.set_offline(False)


class Phone(LentPhone):
    """A browser profile that outlives the browser."""

    def __init__(self, playwright, profile, url):
        super().__init__(url, None)
        self._playwright, self._profile = playwright, profile

    def switch_on(self, **options):
        """Start the browser on this phone's profile, with one empty page."""
        chosen = {
            "viewport": PHONE,
            "locale": "id-ID",
            "permissions": PERMISSIONS,
            "geolocation": HERE,
        } | options
        self.context = self._playwright.chromium.launch_persistent_context(
            self._profile, is_mobile=True, has_touch=True, **launch(), **chosen
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.pages[0]
        return self

    def kill(self):
        """End the browser as a phone short of memory does: at once, with all its processes."""
        for number in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        with contextlib.suppress(Exception):
            self.context.close()
        self.context = None

    def _processes(self):
        """The browser's processes: the system's own list, so that no program is needed for it."""
        mark = f"user-data-dir={self._profile}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "cmdline").read_bytes():
                    yield int(folder.name)

    def switch_off(self):
        if self.context is not None:
            self.context.close()


@pytest.fixture
def phone(new_context, web):
    """A phone on the web process's address that is neither killed nor switched off."""
    return LentPhone(web.url, new_context())


@pytest.fixture
def kept_phone(playwright, tmp_path, web):
    """A phone with a profile of its own on the disk: it can be killed and switched on again."""
    made = Phone(playwright, str(tmp_path / "profile"), web.url)
    yield made.switch_on()
    made.switch_off()


def wait_for(find, seconds=60.0, *, page=None, every=0.02):
    """Return what `find` returns, once it is something; with a page, its routes are answered meanwhile."""
    until = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < until, f"nothing after {seconds} s"
        if page:
            page.wait_for_timeout(every * 1000)
        else:
            time.sleep(every)
    return found


def draft_id(page):
    """The idempotency key of the report that is being written, once its screen is there."""
    return page.wait_for_function("() => history.state?.draft").json_value()


KEPT = """async (wanted) => {
  const same = (one) => Object.entries(wanted).every(([field, value]) => one[field] === value);
  while (!(await siaga.database.all('drafts')).some(same)) await new Promise((go) => setTimeout(go, 20));
}"""


def kept_draft(page, **wanted):
    """Wait until the phone's own database holds the report that is being written, with these values."""
    page.evaluate(KEPT, wanted)


REGISTERED = """async () => {
  const { sync } = await navigator.serviceWorker.ready;
  while (!(await sync.getTags()).includes('siaga-outbox')) await new Promise((go) => setTimeout(go, 20));
}"""


def left_to_the_browser(page):
    """Wait until the browser knows that a report waits, which it hears just after it lies on the disk."""
    page.evaluate(REGISTERED)


def found_place(page):
    """Wait until the phone has said where it is."""
    page.get_by_text("Lokasi ditemukan").wait_for()


def sent(page):
    """Wait for the page of the sent report; return the report's id."""
    page.wait_for_url("**/laporan/*")
    page.locator(".ladder").wait_for()
    return page.url.rsplit("/", 1)[1]
