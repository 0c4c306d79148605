"""The console in a real browser: one web process and one stream, people at their desks, and the room behind them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from app.accounts import sessions
from app.accounts.known_browsers import ClientFingerprint
from app.accounts.models import Staff
from app.core.clock import now
from app.core.db import Database, open_engine
from app.core.ids import new_id
from app.core.secrets import make_secrets
from app.incidents.actor import Actor
from app.reports.intake import open_reception
from config import Settings
from tests.support.chromium import hurry
from tests.support.incidents import Desk
from tests.support.lasting_contexts import ContextPool
from tests.support.system import ROOT, free_ports
from tests.support.web import Web

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

LISTENS = """(() => {
  const Before = EventSource;
  globalThis.EventSource = class extends Before {
    constructor(...all) {
      super(...all);
      this.addEventListener('heartbeat', () => (globalThis.listens = true));
    }
  };
})()"""
HEAR = "window.rang = 0; document.addEventListener('siaga:rang', () => window.rang++)"
CAME = """() => {
  globalThis.came = {};
  new MutationObserver(() => {
    for (const { dataset } of document.querySelectorAll('#rows .row-item')) came[dataset.id] ??= Date.now() / 1000;
  }).observe(document.getElementById('rows'), { childList: true });
}"""
"""Keep when each row came into the queue, by the clock that a test reads too: how late the test notices is its own."""
DESK_SCREEN = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False}
PHONE_SCREEN = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def live(page: Page) -> None:
    """Wait until the page listens to the stream: its first heartbeat has come."""
    page.wait_for_function("() => globalThis.listens")


def ring_once(page: Page) -> int:
    """Press the bell that the browser holds back; from then on `window.rang`, which is returned, counts the rings."""
    page.evaluate(HEAR)
    page.locator("#sound.asks").click()
    page.locator("#sound", has_text="Suara nyala").wait_for()
    return int(page.wait_for_function("() => window.rang").json_value())


@dataclass
class House:
    """Web and stream on one database; `desk` acts without a browser."""

    web: Web
    desk: Desk
    stream: subprocess.Popen[bytes] | None = None
    hired: dict[tuple[str, str | None, bool], Actor] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.web.url

    def start_stream(self) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SIAGA_")},
            "PYTHONPATH": str(ROOT),
            "SIAGA_DATA": str(self.web.data),
            "SIAGA_PORT": str(self.web.port),
        }
        environment.pop("DATABASE_URL", None)
        with (self.web.data / "live.err").open("ab") as log:
            self.stream = subprocess.Popen(
                [sys.executable, "-m", "app.stream"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def stop_stream(self) -> None:
        if self.stream is not None:
            self.stream.kill()
            self.stream.wait(10)
            self.stream = None

    def person(self, role: str, agency: str | None = None, *, cleared: bool = False) -> Actor:
        """Return somebody of a role, hired when first asked for."""
        known = self.hired.get((role, agency, cleared))
        if known is None:
            name = f"{agency or role}-{new_id()[-4:]}"
            known = self.hired[role, agency, cleared] = Actor(new_id(), name, role, agency)
            with self.desk.database.write() as session:
                session.add(
                    Staff(
                        id=known.id,
                        name=name,
                        role=role,
                        agency=agency,
                        cleared=cleared,
                        password_hash="none",
                        created_at=now(),
                    )
                )
        return known

    def cookie(self, person: Actor) -> "SetCookieParam":
        """Return the cookie of a fresh session."""
        with self.desk.database.write() as session:
            fingerprint = ClientFingerprint(address_hash="", browser="chrome-linux")
            token = sessions.start(session, person.id, fingerprint=fingerprint, second_factor=True)
        return {"name": "siaga", "value": token, "url": self.url}

    def clear(self) -> None:
        """Close whatever another test left open."""
        with self.desk.database.write() as session:
            moment = now().replace(tzinfo=None)
            session.execute(
                text(
                    "UPDATE incident SET state = 'closed', resolution = 'information', closed_at = :at, unseen = 0"
                    " WHERE closed_at IS NULL"
                ),
                {"at": moment.isoformat(sep=" ")},
            )
            session.execute(
                text("UPDATE assignment SET state = 'cancelled', ended_at = :at WHERE ended_at IS NULL"),
                {"at": moment.isoformat(sep=" ")},
            )


@pytest.fixture(scope="session")
def running_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("console") / "instance"
    make_secrets(data)
    shutil.copyfile(sqlite_template, data / "siaga.sqlite3")
    database = Database(open_engine(Settings(data=data).sqlalchemy_url))
    house = House(Web(data, free_ports()), Desk(database, open_reception(database), Actor("", "", "")))
    house.desk.operator = house.person("operator", "desk")
    house.start_stream()
    house.web.start()
    yield house
    house.stop_stream()
    house.web.stop()
    database.engine.dispose()


@pytest.fixture
def house(running_house: House) -> House:
    """The console with an empty queue."""
    running_house.clear()
    if running_house.stream is None:
        running_house.start_stream()
    return running_house


@pytest.fixture(scope="session")
def _desks(chromium: Browser, running_house: House) -> Iterator[ContextPool]:
    pool = ContextPool(chromium, running_house.url)
    yield pool
    pool.close()


@pytest.fixture
def move_clock(_desks: ContextPool) -> Callable[[Page], None]:
    """Return `install(page)`: from then on the test moves the clock of a page that `at_desk` or `at_room` opened."""
    return _desks.move_clock


@pytest.fixture
def signed_in(house: House, _desks: ContextPool) -> Iterator[Callable[..., BrowserContext]]:
    """Return `enter(person, **options)`: an empty browser in which somebody is signed in; options are Playwright's."""
    taken: list[tuple[BrowserContext, dict[str, Any]]] = []

    def enter(person: Actor, **options: Any) -> BrowserContext:
        chosen = {"color_scheme": "light"} | options
        context = _desks.take(**chosen)
        taken.append((context, chosen))
        context.add_cookies([house.cookie(person)])
        return context

    yield enter
    for context, chosen in taken:
        _desks.give_back(context, **chosen)


@pytest.fixture
def at_desk(house: House, signed_in: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Return `open(role, path, agency=None, **options)`: a page of somebody signed in; its script must not fail."""
    faults: list[str] = []

    def open_page(
        role: str,
        path: str,
        agency: str | None = None,
        *,
        cleared: bool = False,
        hurried: bool = True,
        **options: Any,
    ) -> Page:
        screen = PHONE_SCREEN if agency else DESK_SCREEN
        page = signed_in(house.person(role, agency, cleared=cleared), **(screen | options)).new_page()
        if hurried:
            hurry(page)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.add_init_script(LISTENS)
        page.goto(house.url + path)
        return page

    yield open_page
    assert not faults, faults
