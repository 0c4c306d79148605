"""Serves the first page and the files of the app. Every page works without script."""

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
from app.public.api.map_source import open_map_source
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
"""For pages that hold what a reporter sent."""


class Resident:
    """Keeps the files, templates and city data of the residents' site."""

    def __init__(self, app: Siaga) -> None:
        self.assets = Assets.read()
        self.map_source = open_map_source(app.settings)
        self.shell = Shell(self.assets, self.map_source.origin)
        self.register = CityRegister(app.database, root_file(app.settings.data, app.settings.ppa_root))
        self.settings = app.settings

    def home(self, locale: str) -> bytes:
        """Return the first page, the same for every reader of this language."""
        city = self.register.city()
        return _home(self.shell, locale, city.tiles, city.sapa, city.ppa_root)

    def shells(self) -> str:
        """Return a digest that changes when the first page does."""
        return sha256(b"".join(self.home(locale) for locale in LOCALES)).hexdigest()[:16]


@lru_cache(maxsize=8)
def _home(shell: Shell, locale: str, tiles: tuple[str, ...], sapa: str, ppa_root: str) -> bytes:
    return shell.page("index.html", locale, tiles=tiles, sapa=sapa, ppa_root=ppa_root).encode()


def resident() -> Resident:
    """Return the residents' site of the current application."""
    found: Resident = current_app.extensions["resident"]
    return found


def init_app(app: Siaga) -> None:
    """Hang the resident's pages into the application."""
    app.register_blueprint(pages)


def serve_installation(app: Siaga) -> None:
    """Open what the pages keep at hand of this installation."""
    app.extensions["resident"] = Resident(app)


def locale() -> str:
    """Return the language of the answer."""
    return language(request.args.get("lang"), request.cookies, request.accept_languages.values())


def answer(body: bytes, kind: str, *, keep: str, policy: str = "", status: int = 200) -> Response:
    """Return `body` with its validator, compressed when the browser accepts that."""
    etag = sha256(body).hexdigest()[:20]
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    compress = packed if keep == ASK_FIRST else gzip.compress
    response = Response(compress(body) if zipped else body, status, content_type=kind)
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
    """Return a page; set the cookie of the language when it was just chosen."""
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
    """Return the first screen."""
    return page(resident().home(locale()))


@pages.get("/s/<digest>/<path:name>")
def static_file(digest: str, name: str) -> Response:
    """Return a file of this release; under the address of another release without permission to cache."""
    assets = resident().assets
    asset = assets.files.get(name)
    if asset is None:
        abort(404)
    keep = FOR_EVER if digest == assets.digest else ASK_FIRST
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
    """Return the service worker; its bytes change with the release and with the first page."""
    site = resident()
    body = site.assets.worker(site.shells())
    return answer(body, "text/javascript; charset=utf-8", keep=ASK_FIRST, policy=content_policy(PAGE))


@pages.get("/api/v1/city")
@operation(
    operation_id="city",
    summary="Kelurahan, numbers, kinds of the first screen, seconds",
    responses={200: "CityFacts"},
)
def city() -> Response:
    """Return the data that administrators edit: kelurahan, numbers, seconds."""
    site = resident()
    document = json.dumps(
        site.register.city().document(site.settings.sms_number, site.map_source), ensure_ascii=False
    )
    return answer(document.encode(), "application/json", keep=ASK_FIRST)


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """Return the manifest that a phone needs to install the app."""
    return answer(resident().assets.manifest, "application/manifest+json", keep=ASK_FIRST)
