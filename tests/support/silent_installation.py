"""An installation whose UPTD PPA has keys: a root, eight who may read, a roster that was published before the start."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, BrowserContext, Page, Route
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database, open_engine
from app.core.secrets import load_secrets, make_secrets
from app.silent.crypto import key_files, published_rosters
from app.silent.crypto.envelope import Envelope
from app.silent.crypto.hpke_envelope import Context, unseal
from app.silent.crypto.signed_roster import RosterKey, key_id, point, sign_roster
from app.silent.dispatch_summary import DispatchSummary
from app.silent.encrypted_fields import load_master_key, summary_of
from app.silent.models import SilentCase
from app.silent.sealed_models import PpaRoster, SealedItem, SealedWrap
from config import Settings
from tests.support.chromium import PERMISSIONS, PHONE, open_context
from tests.support.phone import CONTROLLED, LentPhone
from tests.support.silent_flow import CLOSE, brisk
from tests.support.system import free_ports
from tests.support.web import Web

READERS = 8
EMPTY = """async () => {
  for (const store of ['outbox', 'reports', 'drafts'])
    for (const row of await siaga.database.all(store)) await siaga.database.remove(store, row.key ?? row.id);
}"""


@dataclass
class Refuge:
    """The web process, its database, and what only counsellors hold."""

    web: Web
    database: Database
    root: ec.EllipticCurvePrivateKey
    readers: dict[str, ec.EllipticCurvePrivateKey]
    """Key id → private key."""

    @property
    def url(self) -> str:
        return self.web.url

    def cases(self) -> list[SilentCase]:
        """Every case, oldest first."""
        with self.database.read() as session:
            rows = list(session.scalars(select(SilentCase).order_by(SilentCase.received_at)))
            session.expunge_all()
            return rows

    def block(self, case: SilentCase) -> DispatchSummary:
        return summary_of(load_master_key(load_secrets(self.web.data)), case)

    def sealed(self, case: SilentCase) -> dict[str, str]:
        """What she sealed, opened as each reader would: purpose and id → words."""
        with self.database.read() as session:
            items = list(session.scalars(select(SealedItem).where(SealedItem.case_id == case.id)))
            return {self._purpose(item): self._open(session, case, item) for item in items}

    def _purpose(self, item: SealedItem) -> str:
        return item.purpose if item.purpose == "narrative" else f"{item.purpose}|{item.id}"

    def _open(self, session: Session, case: SilentCase, item: SealedItem) -> str:
        wraps = session.scalars(select(SealedWrap).where(SealedWrap.sealed_id == item.id))
        envelope = Envelope(
            item.header, item.roster_version, {row.key_id: row.wrap for row in wraps}, item.iv, item.body
        )
        context = Context(case.key, self._purpose(item))
        plain = {unseal(context, envelope, name, key) for name, key in self.readers.items()}
        assert len(plain) == 1, "every reader reads the same"
        return plain.pop().decode()

    def sign(
        self,
        version: int,
        *,
        days: float = 90.0,
        root: ec.EllipticCurvePrivateKey | None = None,
        members: list[RosterKey] | None = None,
    ) -> dict[str, str]:
        """A roster as it is told to phones."""
        until = now() + timedelta(days=days)
        held = [RosterKey(point(key.public_key()), "counsellor", until) for key in self.readers.values()]
        return sign_roster(root or self.root, version, until, held if members is None else members)


def settle(data: Path, template: Path) -> Refuge:
    """Make the installation and publish its roster; it is not started yet."""
    make_secrets(data)
    shutil.copyfile(template, data / "siaga.sqlite3")
    database = Database(open_engine(Settings(data=data).sqlalchemy_url))
    root = key_files.new_key()
    readers = [key_files.new_key() for _ in range(READERS)]
    made = Refuge(
        Web(data, free_ports()), database, root, {key_id(point(k.public_key())): k for k in readers}
    )
    file = published_rosters.root_file(data, None)
    file.parent.mkdir(mode=0o700)
    key_files.write_private_file(file, key_files.write_point(point(root.public_key())))
    with database.write() as session:
        session.add(PpaRoster(version=2, published_at=now(), **made.sign(2)))
    return made


@pytest.fixture(scope="session")
def refuge(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refuge]:
    """A running installation with keys; its address is `refuge.url`."""
    made = settle(tmp_path_factory.mktemp("refuge") / "instance", sqlite_template)
    made.web.start()
    yield made
    made.web.stop()


@pytest.fixture(scope="session")
def _plain_tab(chromium: Browser) -> Iterator[Page]:
    context = open_context(chromium, service_workers="block")
    yield brisk(context.new_page())
    context.close()


@pytest.fixture
def home(refuge: Refuge, _plain_tab: Page) -> Iterator[Page]:
    """Home on a phone without a worker, freshly loaded and brisk; a fault in its script fails the test."""
    faults: list[str] = []

    def note(fault: object) -> None:
        faults.append(str(fault))

    _plain_tab.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    _plain_tab.on("pageerror", note)
    _plain_tab.goto(refuge.url)
    yield _plain_tab
    _plain_tab.context.set_offline(False)
    _plain_tab.evaluate(CLOSE)  # what it would go on asking in the background ends
    _plain_tab.remove_listener("pageerror", note)
    assert not faults, faults


@pytest.fixture
def other_tab(_plain_tab: Page) -> Iterator[Page]:
    """Another tab of the phone without a worker, for what tests do to a tab; it is not brisk."""
    page = _plain_tab.context.new_page()
    yield page
    page.close()


@pytest.fixture
def no_place(_plain_tab: Page) -> Iterator[None]:
    """The phone without a worker belongs to somebody who refused to tell where she is."""
    context = _plain_tab.context
    context.clear_permissions()
    context.grant_permissions([])
    yield
    context.grant_permissions(PERMISSIONS)


@pytest.fixture
def placeless(no_place: None, home: Page) -> Page:
    """Home of somebody who refused to tell where she is."""
    return home


@pytest.fixture
def home_in(
    request: pytest.FixtureRequest, refuge: Refuge, new_context: Callable[..., BrowserContext]
) -> Callable[..., Page]:
    """Return `open(locale, placed=True)`: home as a phone of that language shows it, which knows its place or not."""

    def opened(locale: str, *, placed: bool = True) -> Page:
        if locale == "id-ID":
            page: Page = request.getfixturevalue("home" if placed else "placeless")
            return page
        permissions = PERMISSIONS if placed else []
        context = new_context(service_workers="block", locale=locale, permissions=permissions)
        page = brisk(context.new_page())
        page.goto(refuge.url)
        return page

    return opened


@pytest.fixture(scope="session")
def _used_phone(chromium: Browser, refuge: Refuge) -> Iterator[BrowserContext]:
    context = open_context(chromium)
    page = context.new_page()
    page.goto(refuge.url)
    page.evaluate(CONTROLLED)
    page.close()
    yield context
    context.close()


@pytest.fixture
def used_phone(refuge: Refuge, _used_phone: BrowserContext) -> Iterator[LentPhone]:
    """A phone whose worker was installed at an earlier visit, with a fresh and brisk tab and no report in its store."""
    phone = LentPhone(refuge.url, _used_phone)
    brisk(phone.page)
    yield phone
    phone.find_signal()
    first, *others = _used_phone.pages
    first.goto(refuge.url)
    first.evaluate(EMPTY)
    for page in (first, *others):
        page.close()


@pytest.fixture
def hostile(
    new_context: Callable[..., BrowserContext], refuge: Refuge, _plain_tab: Page
) -> Iterator[Callable[..., Page]]:
    """Return `open(roster, locale)`: a page of a phone that gets this roster, or None, instead of the true one."""
    pages: list[Page] = []

    def open_page(roster: dict[str, str] | None, locale: str = "id-ID") -> Page:
        def lie(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=json.dumps({**answer.json(), "roster": roster}))

        known = locale == "id-ID"
        context = _plain_tab.context if known else new_context(service_workers="block", locale=locale)
        page = brisk(context.new_page())
        pages.append(page)
        page.route("**/api/v1/city", lie)
        page.goto(refuge.url)
        return page

    yield open_page
    for page in pages:
        page.close()
