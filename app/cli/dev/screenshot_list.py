"""Lists the screens to photograph, and the steps that lead to each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.cli.dev.chromium import HERE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from app.cli.dev.screenshot_system import Scene

Colours = Literal["light", "dark"]
PHONE = (360, 740)
DESK = (1280, 800)
_PERMISSIONS = ["geolocation", "notifications", "background-sync"]


@dataclass(frozen=True, slots=True)
class Look:
    """A walk through screens: its steps, and the size, language and colours of the browser."""

    way: Callable[[Page, Scene], Iterator[str]]
    """Leads a page from screen to screen and yields the name of each."""
    size: tuple[int, int] = PHONE
    locale: str = "id-ID"
    colours: Colours = "light"
    suffix: str = ""
    only: tuple[str, ...] = ()
    whole: bool = False
    """Take the whole page instead of the visible part."""

    def take(self, browser: Browser, scene: Scene, folder: Path) -> Iterator[Path]:
        """Walk through the screens and write a picture of each (of those in `only`, where given)."""
        width, height = self.size
        phone = width < 700
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=self.locale,
            timezone_id="Asia/Makassar",
            color_scheme=self.colours,
            reduced_motion="reduce",
            permissions=_PERMISSIONS,
            geolocation={**HERE},
            device_scale_factor=2 if phone else 1,
            has_touch=phone,
            is_mobile=phone,
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        for name in self.way(page, scene):
            if self.only and name not in self.only:
                continue
            page.evaluate("document.fonts.ready")
            file = folder / f"{name}{self.suffix}.png"
            page.screenshot(path=file, full_page=self.whole, animations="disabled")
            yield file
        context.close()


def resident(page: Page, scene: Scene) -> Iterator[str]:
    """Walk from home to the progress of a sent report, then to the other pages."""
    page.goto(scene.url)
    page.locator("a[href='/lapor?kind=fire']").first.wait_for()
    yield "resident-home"
    page.goto(f"{scene.url}/lapor")
    page.locator("a[href='/lapor?kind=drowning']").wait_for()
    yield "resident-kinds"
    page.goto(f"{scene.url}/lapor?kind=fire")
    page.locator(".accuracy .disc").wait_for()
    yield "resident-place"
    page.locator(".actions .button").last.click()
    page.locator("textarea").wait_for()
    page.locator("textarea").fill("Api di dapur, dua rumah")
    yield "resident-details"
    page.locator(".actions .button").last.click()
    page.wait_for_url("**/laporan/*")
    page.locator(".ladder").wait_for()
    yield "resident-sent"
    report_id = page.evaluate("(async () => (await siaga.database.all('reports'))[0].id)()")
    scene.handle(report_id, moves=("accept", "en_route"))
    page.goto(f"{scene.url}/laporan/{report_id}")
    page.locator(".ladder .done").nth(5).wait_for()
    yield "resident-ladder"
    for path in ("laporan", "nomor", "pasang"):
        page.goto(f"{scene.url}/{path}")
        page.locator("main h1").first.wait_for()
        yield f"resident-{path}"


def offline(page: Page, scene: Scene) -> Iterator[str]:
    """Show a report that waits for a signal."""
    page.goto(f"{scene.url}/lapor?kind=flood")
    page.locator(".accuracy .disc").wait_for()
    page.locator(".actions .button").last.click()
    page.locator("textarea").wait_for()
    page.context.set_offline(True)
    page.locator(".actions .button").last.click()
    page.locator("main .call").wait_for()
    yield "resident-offline"
    page.context.set_offline(False)


def operator(page: Page, scene: Scene) -> Iterator[str]:
    """Walk through the dispatch console: signing in, the queue, an incident, forwarding, the day."""
    page.goto(f"{scene.url}/console/masuk")
    yield "console-sign-in"
    _sign_in(page, scene, "operator1")
    yield "console-queue"
    page.goto(f"{scene.url}/console/kejadian/{scene.incident('en_route', photo=True)}")
    page.locator("main h1").first.wait_for()
    yield "console-incident"
    page.goto(f"{scene.url}/console/kejadian/{scene.incident('opened')}/forward")
    page.locator("main h1").first.wait_for()
    yield "console-forward"
    page.goto(f"{scene.url}/console/riwayat")
    page.locator("main h1").first.wait_for()
    yield "console-history"


def agency(page: Page, scene: Scene) -> Iterator[str]:
    """Show the tasks of an agency, and one of them."""
    _sign_in(page, scene, "damkar1")
    page.goto(f"{scene.url}/console/tugas")
    page.locator("main a[href*='/console/tugas/']").first.wait_for()
    yield "agency-tasks"
    page.locator("main a[href*='/console/tugas/']:not([href$='selesai'])").first.click()
    page.locator("main h1").first.wait_for()
    yield "agency-task"


def administrator(page: Page, scene: Scene) -> Iterator[str]:
    """Walk through the pages of an administrator."""
    _sign_in(page, scene, "administrator1")
    for path in ("staf", "instansi", "rute", "nomor"):
        page.goto(f"{scene.url}/console/{path}")
        page.locator("main h1").first.wait_for()
        yield f"console-{path}"


def _sign_in(page: Page, scene: Scene, name: str) -> None:
    if not page.url.endswith("/console/masuk"):
        page.goto(f"{scene.url}/console/masuk")
    page.locator("#name").fill(name)
    page.locator("#password").fill(scene.staff[name])
    page.locator("form button[type=submit], form button:not([type])").first.click()
    page.locator("form.later button").click()
    page.locator("main h1").first.wait_for()


READY_MADE = (
    Look(resident, only=("resident-home", "resident-place", "resident-ladder")),
    Look(offline),
    Look(operator, size=DESK, only=("console-queue", "console-incident")),
    Look(agency, only=("agency-tasks",)),
)
"""Pictures of the README."""


def looks() -> Iterator[Look]:
    """Return every walk in every language, size and colour scheme."""
    colours: tuple[Colours, ...] = ("light", "dark")
    for (width, height), locale, colour in product(
        ((320, 640), PHONE, (768, 1024)), ("id-ID", "en-GB"), colours
    ):
        suffix = f"-{width}-{locale[:2]}-{colour}"
        for way in (resident, offline, agency):
            yield Look(way, (width, height), locale, colour, suffix, whole=True)
    for locale, colour in product(("id-ID", "en-GB"), colours):
        for way in (operator, administrator):
            yield Look(way, DESK, locale, colour, f"-{locale[:2]}-{colour}", whole=True)
