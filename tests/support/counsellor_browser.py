"""The counsellor's room in a browser: a key made as she makes it, opened as she opens it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import BrowserContext, Page

from app.core.i18n import say
from app.core.secrets import load_secrets
from app.incidents.actor import Actor
from app.silent.crypto.signed_roster import b64
from tests.support.chromium import hurry
from tests.support.console import House
from tests.support.counsellors import Counsel
from tests.support.ppa import Ppa

PASSPHRASE = "sungai mahakam tenang malam"
PATIENCE_MS = 60_000
"""A passphrase takes 600,000 rounds, on a busy machine too."""


def in_words(language: str) -> Callable[..., str]:
    """Return `words(key, **values)`: what the room's scripts say."""
    return lambda key, **values: say(language, f"counsel.js.{key}", **values)


def make_key(page: Page) -> None:
    """Make a key as she does."""
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#passphrase-again").fill(PASSPHRASE)
    page.get_by_role("button", name="Buat kunci").click()
    page.locator("#vault[data-state=open]").wait_for(timeout=PATIENCE_MS)


ROUNDS, SALT = 600_000, os.urandom(16)


@cache
def _wrapping_key() -> bytes:
    return hashlib.pbkdf2_hmac("sha256", PASSPHRASE.encode(), SALT, ROUNDS, 32)


def wrap_key(private: ec.EllipticCurvePrivateKey, name: str) -> dict[str, str | int]:
    """Wrap a private key under the passphrase, as her browser does."""
    scalar, iv = private.private_numbers().private_value.to_bytes(32, "big"), os.urandom(12)
    sealed = AESGCM(_wrapping_key()).encrypt(iv, scalar, f"siaga112/v1/counsellor|{name}".encode())
    return {
        "kdf": "PBKDF2-SHA-256",
        "rounds": ROUNDS,
        "salt": b64(SALT),
        "iv": b64(iv),
        "ciphertext": b64(sealed),
    }


def open_key(page: Page, passphrase: str = PASSPHRASE) -> None:
    """Send a passphrase."""
    page.locator("#passphrase").fill(passphrase)
    page.get_by_role("button", name="Buka kunci").click()


@pytest.fixture(scope="session")
def running_counsel(running_house: House) -> Counsel:
    """Cases and keys of the running console.

    One root for as long as it runs, and a roster for whichever test is first.
    """
    database, data = running_house.desk.database, running_house.web.data
    made = Counsel(database, load_secrets(data), Ppa(database, data))
    made.ppa.publish()
    return made


@pytest.fixture
def at_room(
    house: House, running_counsel: Counsel, signed_in: Callable[..., BrowserContext]
) -> Iterator[Callable[..., tuple[Page, Actor]]]:
    """Return `open(path, **options)`: the room as a fresh counsellor sees it, `.staff_id` hers; no script may fail."""
    faults: list[str] = []

    def open_room(
        path: str = "",
        *,
        person: Actor | None = None,
        prepare: Callable[[Page], object] = hurry,
        **options: Any,
    ) -> tuple[Page, Actor]:
        person = person or running_counsel.hire()
        screen = {"viewport": {"width": 1280, "height": 900}, "has_touch": False, "is_mobile": False}
        page = signed_in(person, **(screen | options)).new_page()
        prepare(page)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(f"{house.url}/console/pendamping{path}")
        return page, person

    yield open_room
    assert not faults, faults


def with_key(counsel: Counsel) -> Actor:
    """Return a fresh counsellor whose key the roster names and PASSPHRASE opens."""
    person = counsel.hire()
    counsel.give_key(person.id, wrap=wrap_key)
    counsel.ppa.publish()
    return person


@pytest.fixture
def ready(
    at_room: Callable[..., tuple[Page, Actor]], running_counsel: Counsel
) -> Callable[..., tuple[Page, Actor]]:
    """Return `start()`: a counsellor whose fresh key the roster names, in her room with the key open."""

    def start(**options: Any) -> tuple[Page, Actor]:
        person = with_key(running_counsel)
        page, _ = at_room(person=person, **options)
        open_key(page)
        page.locator("#vault[data-state=open]").wait_for(timeout=PATIENCE_MS)
        return page, person

    return start
