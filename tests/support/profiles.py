"""Two browsers that one test can use alike, on profiles whose files it may read."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from tests.support import firefox
from tests.support.phone import CONTROLLED, Phone, wait_for


class Chromium:
    """A Chromium on a phone's profile."""

    def __init__(self, playwright: Playwright, folder: Path, url: str) -> None:
        self.phone = Phone(playwright, str(folder), url).switch_on()
        self.folder, self.url = folder, url

    def open(self, path: str = "/") -> None:
        self.phone.page.goto(self.url + path)
        self.phone.page.evaluate(CONTROLLED)

    def click(self, css: str) -> None:
        self.phone.page.locator(css).first.evaluate("(one) => one.click()")

    def type(self, css: str, words: str) -> None:
        self.phone.page.locator(css).first.press_sequentially(words)

    def read(self, css: str) -> str:
        found = self.phone.page.locator(css)
        return found.first.inner_text() if found.count() else ""

    def run(self, script: str) -> Any:
        return self.phone.page.evaluate(script)

    def new_tab(self) -> None:
        assert self.phone.context is not None
        old, self.phone.page = self.phone.page, self.phone.context.new_page()
        old.close()

    def beside(self, script: str, css: str, words: str) -> None:
        """Type words into what a script makes on another tab; the first one stays open."""
        assert self.phone.context is not None
        other = self.phone.context.new_page()
        other.goto(self.url)
        other.evaluate(f"({script})()")
        other.locator(css).press_sequentially(words)
        self.phone.page.bring_to_front()

    def quit(self) -> None:
        self.phone.switch_off()

    def kill(self) -> None:
        self.phone.kill()


class Firefox:
    """A Firefox that writes its session every second."""

    def __init__(self, start: Callable[..., firefox.Firefox], url: str) -> None:
        self.fox = start(
            {
                "browser.sessionstore.interval": 1000,
                "browser.sessionstore.interval.idle": 1000,
                "geo.enabled": False,
            }
        )
        self.folder, self.url = self.fox.profile, url

    def open(self, path: str = "/") -> None:
        self.fox.open(self.url + path)
        self.fox.resolve(f"await ({CONTROLLED})()")

    def click(self, css: str) -> None:
        wait_for(lambda: self.fox.run("return !!document.querySelector(arguments[0])", css))
        self.fox.run("document.querySelector(arguments[0]).click()", css)

    def type(self, css: str, words: str) -> None:
        wait_for(lambda: self.fox.run("return !!document.querySelector(arguments[0])", css))
        self.fox.driver.find_element("css selector", css).send_keys(words)

    def read(self, css: str) -> str:
        return str(self.fox.run("return document.querySelector(arguments[0])?.innerText ?? ''", css) or "")

    def run(self, script: str) -> Any:
        return self.fox.resolve(script if script.startswith("await") else f"({script})")

    def new_tab(self) -> None:
        driver = self.fox.driver
        old = driver.current_window_handle
        fresh = driver.open(type="tab", focus=True)["handle"]
        driver.switch_to_window(old)
        driver.close()
        driver.switch_to_window(fresh)

    def beside(self, script: str, css: str, words: str) -> None:
        """Type words into what a script makes on another tab; the first one stays open."""
        driver = self.fox.driver
        first = driver.current_window_handle
        driver.switch_to_window(driver.open(type="tab", focus=True)["handle"])
        self.open()
        self.run(f"({script})()")
        self.type(css, words)
        driver.switch_to_window(first)

    def quit(self) -> None:
        self.fox.quit()

    def kill(self) -> None:
        os.killpg(self.fox._process.pid, signal.SIGKILL)
        self.fox._process.wait()
