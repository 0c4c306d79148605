"""The web application: wiring only."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.db import Database, db, engine_options, prepare
from app.core.secrets import Secrets, load_secrets
from app.http.edge import ROUTE, Edge
from app.http.lazy_mount import CONSOLE, Beside
from app.http.load_shedding import Load
from app.public.api.report_intake import PATH as TELLING
from config import Settings

if TYPE_CHECKING:
    from flask_login import LoginManager


class Siaga(Flask):
    """The web application with what its doors need at hand."""

    settings: Settings
    secrets: Secrets
    database: Database

    @cached_property
    def login_manager(self) -> LoginManager:
        """Who is behind a request (Flask-Login looks here): loaded when it is first asked."""
        from app.accounts.request_user import manager

        return manager()

    def dispatch_request(self) -> ResponseReturnValue:
        """Leave the matched rule where the log finds it, then answer."""
        rule = request.url_rule
        request.environ[ROUTE] = rule.rule if rule else None
        return super().dispatch_request()


def create_app(settings: Settings, *, late_console: bool = False) -> Siaga:
    """Return the WSGI application for `settings`; the secrets and the schema must exist already.

    With `late_console` the console is loaded when the first request for it comes: the process answers residents a
    tenth of a second sooner, and one that no operator asks never carries it.
    """
    late = late_console and set(settings.doors) == {"public", "console"}
    app = _application(settings, ("public",) if late else settings.doors)
    inner = app.wsgi_app
    if late:
        inner = Beside(inner, CONSOLE, lambda: _application(settings, ("console",), app).wsgi_app)
    telling = app.extensions.get("telling")
    hops = settings.trusted_proxies
    if hops:
        inner = ProxyFix(inner, x_for=hops, x_proto=hops, x_host=0)
        telling = telling and ProxyFix(telling, x_for=hops, x_proto=hops, x_host=0)
    direct = {("POST", TELLING): telling} if telling else {}
    app.wsgi_app = Edge(  # type: ignore[method-assign]
        inner, tls=settings.tls, load=Load(settings.web_threads), direct=direct
    )
    return app


def _application(settings: Settings, doors: tuple[str, ...], elder: Siaga | None = None) -> Siaga:
    """Return Flask's part with some of the doors; it shares secrets and database with an `elder` one."""
    app = Siaga(__name__, static_folder=None, template_folder="templates")
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.settings = settings
    app.secrets = elder.secrets if elder else load_secrets(settings.data, settings.outer)
    app.config.update(
        SECRET_KEY=app.secrets.app,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.sqlalchemy_url),
        MAX_CONTENT_LENGTH=None,
        JSON_SORT_KEYS=False,
    )
    app.database = elder.database if elder else _database(app)
    _open_doors(app, doors)
    return app


def _database(app: Siaga) -> Database:
    db.init_app(app)
    with app.app_context():
        return Database(prepare(db.engine))


def _open_doors(app: Siaga, doors: tuple[str, ...]) -> None:
    """Those that this process serves (`SIAGA_DOORS`); every one tells faults and how it is."""
    from app.http import error_handlers, health

    error_handlers.init_app(app)
    health.init_app(app)
    if "public" in doors:
        from app import public

        public.init_app(app)
    if "console" in doors:
        from app import console

        console.init_app(app)
