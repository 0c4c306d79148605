"""Staff at their browsers: signed out, half signed in, or inside as whatever role a test needs."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pyotp
import pytest
from werkzeug.test import TestResponse

from app.accounts import passwords, sessions
from app.accounts.known_browsers import ClientFingerprint
from app.accounts.models import Staff
from app.core import clock
from app.core.db import Database
from app.core.ids import new_id
from app.web import Siaga

PASSWORD = "tujuh perahu menunggu pasang"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@cache
def hashed_password() -> str:
    """Return PASSWORD as it is stored, made once."""
    return passwords.hashed(PASSWORD)


class Browser:
    """One browser: its cookies, its address, and the token of the page it saw last."""

    key: str
    """Id of the counsellor's key, once the test has given one."""

    def __init__(self, app: Siaga, address: str = "127.0.0.1") -> None:
        self.client = app.test_client()
        self.environ = {"REMOTE_ADDR": address, "HTTP_USER_AGENT": FIREFOX}
        self.token = ""
        self.staff_id: str | None = None

    def get(self, path: str, **more: Any) -> TestResponse:
        answer = self.client.get(path, environ_base=self.environ, **more)
        found = (
            re.search(r'<meta name="csrf" content="(\w+)">', answer.text) if answer.is_json is False else None
        )
        self.token = found[1] if found else self.token
        return answer

    def post(
        self, path: str, fields: object = None, *, json: object = None, token: str | None = None, **more: Any
    ) -> TestResponse:
        headers = {"X-CSRF-Token": self.token if token is None else token, "Sec-Fetch-Site": "same-origin"}
        headers |= more.pop("headers", {})
        body: dict[str, Any] = {"json": json} if json is not None else {"data": fields or {}}
        return self.client.post(path, headers=headers, environ_base=self.environ, **body, **more)

    def sign_in(self, name: str, password: str = PASSWORD, **fields: object) -> TestResponse:
        """Send the first step from the page that asks for it."""
        self.get("/console/masuk")
        return self.post("/console/masuk", {"name": name, "password": password, **fields})

    def cookie(self, name: str = "siaga") -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None

    def set_up_code(self) -> pyotp.TOTP:
        """Set up a code generator as its page asks, and return it."""
        page = self.get("/console/pasang-kode").text
        letters = re.search(r'class="secret">([^<]+)<', page)
        assert letters is not None
        generator = pyotp.TOTP(letters[1].replace(" ", ""))
        code = generator.at(clock.now())  # the clock of the test, which may stand still
        assert self.post("/console/pasang-kode", {"code": code}).status_code == 303
        self.get("/console/akun")
        return generator


@pytest.fixture
def hire(database: Database) -> Callable[..., str]:
    """Add staff: `hire("operator1")`, `hire("damkar-1", "agency", "damkar")`; everybody's password is PASSWORD."""

    def _hire(name: str, role: str = "operator", agency: str | None = None, *, cleared: bool = False) -> str:
        row = Staff(
            id=new_id(),
            name=name,
            role=role,
            agency=agency,
            cleared=cleared,
            password_hash=hashed_password(),
            locale="id",
            created_at=clock.now(),
        )
        with database.write() as session:
            session.add(row)
        return row.id

    return _hire


@pytest.fixture
def browser(app: Siaga) -> Callable[..., Browser]:
    """A stranger's browser; `browser("203.0.113.9")` stands at another address."""
    return lambda address="127.0.0.1": Browser(app, address)


@pytest.fixture
def inside(app: Siaga, database: Database, hire: Callable[..., str]) -> Callable[..., Browser]:
    """A browser wholly signed in: `inside("operator")`, `inside("agency", "damkar")`, `inside("auditor", name=…)`."""

    def _inside(
        role: str,
        agency: str | None = None,
        *,
        name: str | None = None,
        address: str = "127.0.0.1",
        cleared: bool = False,
    ) -> Browser:
        first = Browser(app, address)
        first.staff_id = hire(name or f"{role}-{agency or new_id()[-6:]}", role, agency, cleared=cleared)
        fingerprint = ClientFingerprint(address_hash="", browser="firefox-linux")
        with database.write() as session:
            token = sessions.start(session, first.staff_id, fingerprint=fingerprint, second_factor=True)
        first.client.set_cookie("__Host-siaga" if app.settings.tls else "siaga", token)
        with app.test_request_context():
            first.token = app.secrets.sign("csrf", sessions.session_id(token))
        return first

    return _inside
