"""Measures a resident's first visit in a real browser: its bytes, and when the call button can be tapped.

`python -m bench.first_visit URL` measures a running installation. Slow 3G is 400 kbit/s with a round trip of 2,000 ms,
on a processor six times slower; the browser measures the button's time (Element Timing of `call112`).
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.cli.dev.chromium import driver

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER = 6
PHONE = {"width": 360, "height": 640}
LIMITS = {
    "first_visit_bytes": 35_000,
    "script_bytes": 15_000,
    "background_bytes": 120_000,
    "other_hosts": 0,
    "call_cold_ms": 3000,
    "call_warm_ms": 600,
}
WATCH = """new PerformanceObserver((list) => {
  for (const { identifier, renderTime, startTime } of list.getEntries())
    if (identifier === 'call112') globalThis.call112 ??= renderTime || startTime;
}).observe({ type: 'element', buffered: true });"""


@contextmanager
def chromium() -> Iterator[Any]:
    """Start Debian's Chromium."""
    with driver() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


def weight(browser: Any, url: str) -> dict[str, float]:
    """Measure the bytes from an empty browser until home and the report form can be used."""
    context = browser.new_context(viewport=PHONE, locale="id-ID", service_workers="block")
    page = context.new_page()
    hosts: list[str] = []
    page.on("request", lambda request: hosts.append(request.url))
    page.goto(url)
    page.get_by_role("link", name="Kebakaran").click()
    page.locator(".actions .button").first.wait_for()
    page.locator("#kelurahan").wait_for()
    loaded = page.evaluate(
        """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
             .map((entry) => [entry.name, entry.encodedBodySize])"""
    )
    context.close()
    background = {
        "background_sync",
        "home_notices",
        "followup_outbox",
        "photo_upload",
        "push_opt_in",
        "lazy_assets",
        "request",
    }
    first = [
        (name, size)
        for name, size in loaded
        if not re.search(rf"/({'|'.join(background)})\.js|/icons/", name)
    ]
    return {
        "first_visit_bytes": sum(size for _, size in first),
        "script_bytes": sum(size for name, size in first if name.endswith(".js")),
        "other_hosts": sum(not address.startswith((url, "blob:", "data:")) for address in hosts),
    }


def background(url: str) -> dict[str, float]:
    """Measure the bytes that the service worker fetches in the background."""
    worker = _get(f"{url}/sw.js")[0].decode()
    release = json.loads(re.search(r"RELEASE = (\{.*?\});", worker)[1])  # type: ignore[index]
    pages = ["/?lang=id", "/?lang=en", "/api/v1/city"]
    return {"background_bytes": sum(_get(url + path)[1] for path in [*release["files"], *pages])}


def _get(address: str) -> tuple[bytes, int]:
    """Return a body, and its size in transit in bytes."""
    import gzip

    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        body = answer.read()
        zipped = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(body) if zipped else body), len(body)


def call_button(browser: Any, url: str) -> dict[str, float]:
    """Measure when *Telepon 112* is on the screen, cold and from the service worker, in milliseconds."""
    context = browser.new_context(viewport=PHONE, locale="id-ID")
    context.add_init_script(WATCH)
    page = context.new_page()
    _slow_down(page)
    cold = _button_ms(page, url)
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.close()
    page = context.new_page()
    _slow_down(page)
    warm = _button_ms(page, url)
    context.close()
    return {"call_cold_ms": cold, "call_warm_ms": warm}


def _slow_down(page: Any) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _button_ms(page: Any, url: str) -> float:
    page.goto(url, wait_until="commit", timeout=60_000)
    found: float = page.evaluate(
        """async () => {
          for (let tries = 0; !globalThis.call112 && tries < 1000; tries += 1)
            await new Promise((go) => setTimeout(go, 20));
          return globalThis.call112 ?? Infinity;
        }"""
    )
    return round(found)


def measure(url: str, *, rounds: int = 3) -> dict[str, float]:
    """Measure all figures; times are the median of `rounds`."""
    with chromium() as browser:
        figures = weight(browser, url) | background(url)
        times = [call_button(browser, url) for _ in range(rounds)]
    for name in times[0]:
        figures[name] = sorted(time[name] for time in times)[rounds // 2]
    return figures


def main() -> int:
    """Print each figure beside its limit; return 1 when one exceeds it."""
    figures = measure(sys.argv[1].rstrip("/"))
    for name, limit in LIMITS.items():
        sys.stdout.write(f"{name:20} {figures[name]:>8,.0f}   at most {limit:>8,}\n")
    return int(any(figures[name] > limit for name, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
