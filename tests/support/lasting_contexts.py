"""Lends browser contexts that another test has emptied: most of what a context costs is its first visit."""

from collections import defaultdict
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.chromium import open_context

STORES = "local_storage,indexeddb,cache_storage,service_workers"


class ContextPool:
    """Contexts for pages of one origin: what they keep from test to test is scripts and styles in their cache."""

    def __init__(self, chromium: Browser, origin: str) -> None:
        self._chromium, self._origin = chromium, origin
        self._idle: dict[str, list[BrowserContext]] = defaultdict(list)
        self._changed: list[BrowserContext] = []

    def take(self, **options: Any) -> BrowserContext:
        """Return an empty context with these options."""
        idle = self._idle[repr(sorted(options.items()))]
        return idle.pop() if idle else open_context(self._chromium, **options)

    def move_clock(self, page: Page) -> None:
        """Give a page a clock that the test moves: it is the whole context's, which nobody is lent afterwards."""
        page.clock.install()
        self._changed.append(page.context)

    def give_back(self, context: BrowserContext, **options: Any) -> None:
        """Close its pages, empty it and keep it for the next test that wants these options."""
        if context in self._changed:
            self._changed.remove(context)
            context.close()
            return
        context.set_offline(False)
        context.unroute_all()
        context.clear_cookies()
        first, *others = context.pages or [context.new_page()]
        for page in others:
            page.close()
        requests = {"origin": self._origin, "storageTypes": STORES}
        context.new_cdp_session(first).send("Storage.clearDataForOrigin", requests)
        first.close()
        self._idle[repr(sorted(options.items()))].append(context)

    def close(self) -> None:
        """Close all of them."""
        for contexts in self._idle.values():
            for context in contexts:
                context.close()
