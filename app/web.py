"""The web application: wiring only."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.db import Database, db, engine_options, prepare
from app.core.secrets import Secrets, load_secrets
from app.http.edge import ROUTE, Application, Edge
from app.http.lazy_mount import CONSOLE, Beside
from app.http.load_shedding import Load
from app.public.api.report_intake import PATH as TELLING
from config import Settings

if TYPE_CHECKING:
    from flask_login import LoginManager


class Siaga(Flask):
    """Routes and templates, made once a process, and the installation that they serve."""

    settings: Settings
    secrets: Secrets
    database: Database

    @cached_property
    def login_manager(self) -> LoginManager:
        """Who is behind a request (Flask-Login looks here): loaded when it is first asked."""
        from app.accounts.request_user import manager

        return manager()

    @property
    def flask_app(self) -> Application:
        """Flask itself, without what stands around it (`wsgi_app`)."""
        return super().wsgi_app

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
    app = build_routes(("public",) if late else settings.doors)
    secrets = load_secrets(settings.data, settings.outer)
    serve_installation(app, settings, secrets, _open_database(app, settings.sqlalchemy_url))
    if late:
        _mount_late_console(app)
    return app


def build_routes(doors: tuple[str, ...]) -> Siaga:
    """Return Flask's part of some doors: rules, views, error handlers and templates, of no installation yet."""
    app = Siaga(__name__, static_folder=None, template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=None, JSON_SORT_KEYS=False)
    _open_doors(app, doors)
    return app


def serve_installation(app: Siaga, settings: Settings, secrets: Secrets, database: Database) -> None:
    """Let `app` answer for this installation, in place of the one before.

    Whatever the sites remember of an installation (stores, indexes, the city's facts) is made anew.
    """
    app.settings, app.secrets, app.database = settings, secrets, database
    app.config["SECRET_KEY"] = secrets.app
    app.extensions.pop("reception", None)
    if "reports" in app.blueprints:
        from app import public

        public.serve_installation(app)
    app.wsgi_app = _edge(app, app.flask_app)  # type: ignore[method-assign]


def _mount_late_console(app: Siaga) -> None:
    def console() -> Application:
        late = build_routes(("console",))
        serve_installation(late, app.settings, app.secrets, app.database)
        return late.flask_app

    app.wsgi_app = _edge(app, Beside(app.flask_app, CONSOLE, console))  # type: ignore[method-assign]


def _edge(app: Siaga, inner: Application) -> Edge:
    """Return what stands around the application; the report's door is asked before Flask."""
    telling: Application | None = app.extensions.get("telling")
    hops = app.settings.trusted_proxies
    if hops:
        inner = ProxyFix(inner, x_for=hops, x_proto=hops, x_host=0)
        telling = telling and ProxyFix(telling, x_for=hops, x_proto=hops, x_host=0)
    direct = {("POST", TELLING): telling} if telling else {}
    return Edge(inner, tls=app.settings.tls, load=Load(app.settings.web_threads), direct=direct)


def _open_database(app: Siaga, url: str) -> Database:
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
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
