"""Debian's Firefox, headless, driven by Mozilla's own Marionette client; its push connection can be our own."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.missing_programs import lack
from tests.support.system import free_ports

Preferences = dict[str, bool | int | str]
"""Settings of the browser by name."""
START_S = 60.0
SCRIPT_S = 60
SILENT: Preferences = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.region.network.url": "",
    "browser.safebrowsing.provider.google4.updateURL": "",
    "browser.safebrowsing.provider.mozilla.updateURL": "",
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.startup.homepage": "about:blank",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "intl.accept_languages": "id-ID, id, en",
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "startup.homepage_welcome_url": "",
    "toolkit.telemetry.server": "",
    "dom.push.serverURL": "",
}
"""No word to the outside and no first-run pages."""

NOWHERE: Preferences = {"geo.enabled": False}
"""A phone that knows no position."""
FORGET = """
  const all = Ci.nsIClearDataService.CLEAR_ALL;
  const failed = await new Promise((done) => Services.clearData.deleteData(all, done));
  if (failed) throw new Error(`not cleared: ${failed}`);
"""


def push_preferences(port: int) -> Preferences:
    """Return what makes Firefox use the push service on loopback `port`, and show what arrives."""
    return {
        "dom.push.connection.enabled": True,
        "dom.push.serverURL": f"ws://127.0.0.1:{port}/",
        "dom.push.testing.allowInsecureServerURL": True,
        "permissions.default.desktop-notification": 1,
        "alerts.useSystemBackend": False,
        "alerts.totalOpenTime": 600_000,
    }


def _marionette() -> Any:
    """Import Mozilla's client; from Python 3.13 on it misses a module that it never uses here."""
    if "telnetlib" not in sys.stdlib_module_names:
        absent = types.ModuleType("telnetlib")
        vars(absent)["Telnet"] = None
        sys.modules.setdefault("telnetlib", absent)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from marionette_driver.marionette import Marionette
    return Marionette


class Firefox:
    """One browser with a profile of its own."""

    def __init__(self, program: str, preferences: Preferences, folder: Path) -> None:
        marionette = _marionette()
        self.profile = folder
        port = free_ports()
        chosen = SILENT | preferences | {"marionette.port": port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in chosen.items()]
        (folder / "user.js").write_text("\n".join(lines))
        with (folder / "firefox.log").open("wb") as log:
            self._process = subprocess.Popen(
                [program, "--headless", "--no-remote", "--marionette", "--remote-allow-system-access",
                 "--profile", str(folder)],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._wait_for(port)
        self.driver = marionette(host="127.0.0.1", port=port)
        self.driver.start_session()
        self.driver.timeout.script = SCRIPT_S

    def open(self, url: str) -> None:
        """Go to `url` and wait for its load event."""
        self.driver.navigate(url)

    def run(self, script: str, *words: object) -> Any:
        """Run `script` in the page; `return` hands a value back."""
        return self.driver.execute_script(script, script_args=list(words), sandbox=None)

    def resolve(self, expression: str, *words: object) -> Any:
        """Wait for a promise in the page and return its value; `arguments` holds `words`.

        Each script has a global object of its own: what one leaves there, the next does not find.

        Raises:
            AssertionError: it was rejected.
        """
        return self._resolve(f"(async () => ({expression}))()", script_args=list(words))

    def privileged(self, body: str) -> Any:
        """Run the body of an async function with the browser's own rights (notifications, services)."""
        with self.driver.using_context("chrome"):
            return self._resolve(f"(async () => {{ {body} }})()", sandbox="default")

    def click_notification(self) -> None:
        """Click what is shown, as a person does, once it is drawn."""
        self.privileged("""
          const shown = () => [...Services.wm.getEnumerator('alert:alert')].filter((one) => one.onAlertClick);
          while (!shown().length) await new Promise((go) => setTimeout(go, 20));
          for (const alert of shown()) alert.onAlertClick();
        """)

    def forget(self) -> None:
        """Leave one fresh tab in front and clear whatever pages have kept."""
        others = self.driver.window_handles
        fresh = self.driver.open(type="tab", focus=True)["handle"]
        for handle in others:
            self.driver.switch_to_window(handle)
            self.driver.close()
        self.driver.switch_to_window(fresh)
        self.privileged(FORGET)

    def quit(self) -> None:
        """End the browser, kindly first."""
        with contextlib.suppress(Exception):
            self.driver.delete_session()
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(self._process.pid, number)
                self._process.wait(10)

    def _resolve(self, promise: str, **options: Any) -> Any:
        script = (
            "const done = arguments[arguments.length - 1];"
            f"{promise}.then(value => done({{value}}), fault => done({{fault: String(fault)}}));"
        )
        options.setdefault("sandbox", None)
        answer = self.driver.execute_async_script(script, **options)
        assert "fault" not in answer, answer["fault"]
        return answer.get("value")

    def _wait_for(self, port: int) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                return
            time.sleep(0.05)
        self._process.kill()
        raise AssertionError((self.profile / "firefox.log").read_text()[-2000:])


@contextlib.contextmanager
def starting() -> Iterator[Callable[..., Firefox]]:
    """Yield `start(preferences)`: a Firefox with an empty profile, ended with the block."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        lack("Firefox", "no such program; on Debian: apt install firefox-esr")
    started = []
    folders = []

    def start(preferences: Preferences | None = None) -> Firefox:
        folders.append(tempfile.TemporaryDirectory(prefix="siaga-firefox-", ignore_cleanup_errors=True))
        started.append(Firefox(program, preferences or {}, Path(folders[-1].name)))
        return started[-1]

    try:
        yield start
    finally:
        for browser in started:
            browser.quit()
        for folder in folders:
            folder.cleanup()


@pytest.fixture
def new_firefox() -> Iterator[Callable[..., Firefox]]:
    """Return `start(preferences)`: a Firefox with an empty profile, ended after the test."""
    with starting() as start:
        yield start


@pytest.fixture(scope="session")
def running_firefox() -> Iterator[Firefox]:
    """One Firefox for all tests of this process that do not judge its profile."""
    with starting() as start:
        yield start(NOWHERE)


@pytest.fixture
def firefox(running_firefox: Firefox) -> Iterator[Firefox]:
    """A Firefox without push and without a position, which has forgotten every test before."""
    yield running_firefox
    running_firefox.forget()
