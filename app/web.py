"""Build the Flask application of both sites and wrap it in the request edge."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.db import Database, db, engine_options, prepare
from app.core.secrets import Secrets, load_secrets
from app.http.edge import ROUTE, Application, Edge
from app.http.lazy_mount import CONSOLE, LazyMount
from app.http.load_shedding import Load
from app.public.api.report_intake import PATH as REPORTS_PATH
from config import Settings

if TYPE_CHECKING:
    from flask_login import LoginManager


class Siaga(Flask):
    """Flask application with the settings, secrets and database of the installation that it serves."""

    settings: Settings
    secrets: Secrets
    database: Database

    @cached_property
    def login_manager(self) -> LoginManager:
        """Return the login manager that Flask-Login looks up here, loaded on its first use."""
        from app.accounts.request_user import manager

        return manager()

    @property
    def flask_app(self) -> Application:
        """Return the WSGI callable of Flask without the request edge (`wsgi_app`)."""
        return super().wsgi_app

    def dispatch_request(self) -> ResponseReturnValue:
        """Record the matched rule for the request log, then answer."""
        rule = request.url_rule
        request.environ[ROUTE] = rule.rule if rule else None
        return super().dispatch_request()


def create_app(settings: Settings, *, late_console: bool = False) -> Siaga:
    """Return the WSGI application for `settings`; the secrets and the schema must exist already.

    With `late_console` the console is loaded on its first request: the process starts 0.1 s sooner, and a process
    that serves residents alone never loads it.
    """
    late = late_console and set(settings.doors) == {"public", "console"}
    app = build_routes(("public",) if late else settings.doors)
    secrets = load_secrets(settings.data, settings.outer)
    serve_installation(app, settings, secrets, _open_database(app, settings.sqlalchemy_url))
    if late:
        _mount_late_console(app)
    return app


def build_routes(sites: tuple[str, ...]) -> Siaga:
    """Return a Flask application with the rules, views, error handlers and templates of `sites`.

    It serves an installation after `serve_installation`.
    """
    app = Siaga(__name__, static_folder=None, template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=None, JSON_SORT_KEYS=False)
    _register_sites(app, sites)
    return app


_OF_ONE_INSTALLATION = ("reception", "siaga.register", "siaga.atlases")
"""Extensions that the console opens on first use and that belong to one database."""


def serve_installation(app: Siaga, settings: Settings, secrets: Secrets, database: Database) -> None:
    """Connect `app` to an installation, in place of the one before.

    Stores, indexes and city data that the sites cache are built again.
    """
    app.settings, app.secrets, app.database = settings, secrets, database
    app.config["SECRET_KEY"] = secrets.app
    for name in _OF_ONE_INSTALLATION:
        app.extensions.pop(name, None)
    if "reports" in app.blueprints:
        from app import public

        public.serve_installation(app)
    app.wsgi_app = _wrap_edge(app, app.flask_app)  # type: ignore[method-assign]


def _mount_late_console(app: Siaga) -> None:
    def console() -> Application:
        late = build_routes(("console",))
        serve_installation(late, app.settings, app.secrets, app.database)
        return late.flask_app

    app.wsgi_app = _wrap_edge(app, LazyMount(app.flask_app, CONSOLE, console))  # type: ignore[method-assign]


def _wrap_edge(app: Siaga, inner: Application) -> Edge:
    """Return `inner` wrapped in the request edge, which calls the report endpoint before Flask."""
    reports: Application | None = app.extensions.get("report_endpoint")
    hops = app.settings.trusted_proxies
    if hops:
        inner = ProxyFix(inner, x_for=hops, x_proto=hops, x_host=0)
        reports = reports and ProxyFix(reports, x_for=hops, x_proto=hops, x_host=0)
    direct = {("POST", REPORTS_PATH): reports} if reports else {}
    return Edge(inner, tls=app.settings.tls, load=Load(app.settings.web_threads), direct=direct)


def _open_database(app: Siaga, url: str) -> Database:
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    with app.app_context():
        return Database(prepare(db.engine))


def _register_sites(app: Siaga, sites: tuple[str, ...]) -> None:
    """Register the sites that this process serves (`SIAGA_DOORS`), and error handlers and health for all."""
    from app.http import error_handlers, health

    error_handlers.init_app(app)
    health.init_app(app)
    if "public" in sites:
        from app import public

        public.init_app(app)
    if "console" in sites:
        from app import console

        console.init_app(app)
