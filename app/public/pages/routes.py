"""Pages for residents and the files they need. Everything here works without script."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, request

from app.core.i18n import LANGUAGE_COOKIE, LOCALES
from app.http.operation import operation
from app.http.security_headers import PAGE, content_policy
from app.public.api.city import CityRegister
from app.public.api.map_source import ground_of
from app.public.pages.assets import Assets, packed
from app.public.pages.render import Shell, language
from app.silent.crypto.published_rosters import root_file

if TYPE_CHECKING:
    from app import Siaga

pages = Blueprint("pages", __name__)
YEAR_S = 365 * 86_400
FOR_EVER = f"public, max-age={YEAR_S}, immutable"
ASK_FIRST = "no-cache"
PRIVATE = "private, no-cache"
"""For pages of one person that *back* may show again as they were left."""
NEVER = "no-store"
"""For pages that hold what somebody said."""


class Resident:
    """What the resident's door keeps at hand: files, templates, the city."""

    def __init__(self, app: Siaga) -> None:
        self.assets = Assets.read()
        self.ground = ground_of(app.settings)
        self.shell = Shell(self.assets, self.ground.origin)
        self.register = CityRegister(app.database, root_file(app.settings.data, app.settings.ppa_root))
        self.settings = app.settings

    def home(self, locale: str) -> bytes:
        """Return the first page: the same for everybody who reads this language."""
        city = self.register.city()
        return _home(self.shell, locale, city.tiles, city.sapa, city.ppa_root)

    def shells(self) -> str:
        """Return a digest that changes when the first page does."""
        return sha256(b"".join(self.home(locale) for locale in LOCALES)).hexdigest()[:16]


@lru_cache(maxsize=8)
def _home(shell: Shell, locale: str, tiles: tuple[str, ...], sapa: str, ppa_root: str) -> bytes:
    return shell.page("index.html", locale, tiles=tiles, sapa=sapa, ppa_root=ppa_root).encode()


def resident() -> Resident:
    """Return what this application's door keeps at hand."""
    found: Resident = current_app.extensions["resident"]
    return found


def init_app(app: Siaga) -> None:
    """Hang the resident's pages into the application."""
    app.extensions["resident"] = Resident(app)
    app.register_blueprint(pages)


def locale() -> str:
    """Return the language to answer in."""
    return language(request.args.get("lang"), request.cookies, request.accept_languages.values())


def answer(body: bytes, kind: str, *, keep: str, policy: str = "", status: int = 200) -> Response:
    """Return `body` compressed where the browser takes it, with its validator."""
    etag = sha256(body).hexdigest()[:20]
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    squeeze = packed if keep == ASK_FIRST else gzip.compress
    response = Response(squeeze(body) if zipped else body, status, content_type=kind)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = keep
    response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    if policy:
        response.headers["Content-Security-Policy"] = policy
    if status == 200:
        response.set_etag(etag, weak=True)
        response.make_conditional(request)
    return response


def page(body: bytes, *, keep: str = ASK_FIRST, status: int = 200) -> Response:
    """Return a page, and remember the language when it was just chosen."""
    response = answer(
        body, "text/html; charset=utf-8", keep=keep, policy=resident().shell.policy, status=status
    )
    chosen = request.args.get("lang")
    if chosen in LOCALES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            YEAR_S,
            secure=resident().settings.tls or request.is_secure,
            samesite="Lax",
        )
    return response


@pages.get("/")
def home() -> Response:
    """The first screen."""
    return page(resident().home(locale()))


@pages.get("/s/<digest>/<path:name>")
def static_file(digest: str, name: str) -> Response:
    """One file of this release; another release's address is answered, but not kept."""
    here = resident().assets
    asset = here.files.get(name)
    if asset is None:
        abort(404)
    keep = FOR_EVER if digest == here.digest else ASK_FIRST
    zipped = asset.packs and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(packed(asset.body) if zipped else asset.body, content_type=asset.type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = keep
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(digest, weak=True)
    response.make_conditional(request)
    return response


@pages.get("/sw.js")
def service_worker() -> Response:
    """The service worker: its bytes change with the release and with the first page."""
    here = resident()
    body = here.assets.worker(here.shells())
    return answer(body, "text/javascript; charset=utf-8", keep=ASK_FIRST, policy=content_policy(PAGE))


@pages.get("/api/v1/city")
@operation(
    operation_id="city",
    summary="Kelurahan, numbers, kinds of the first screen, seconds",
    responses={200: "CityFacts"},
)
def city() -> Response:
    """Facts that an administrator may change: kelurahan, numbers, seconds."""
    here = resident()
    document = json.dumps(
        here.register.city().document(here.settings.sms_number, here.ground), ensure_ascii=False
    )
    return answer(document.encode(), "application/json", keep=ASK_FIRST)


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """What the phone needs to install the app."""
    return answer(resident().assets.manifest, "application/manifest+json", keep=ASK_FIRST)
