"""Every route says who may use it; every answer carries the headers that keep a browser to what we sent."""

import uuid

import pytest

from app import create_app
from app.console.shared import route
from config import Settings

pytestmark = pytest.mark.engine("sqlite")

PUBLIC = {
    "GET /": "everybody",
    "GET /lapor": "everybody",
    "POST /lapor": "everybody",
    "GET /laporan": "everybody; the rows are on their own phone",
    "GET /nomor": "everybody",
    "GET /pasang": "everybody",
    "POST /bagikan": "everybody",
    "GET /status": "everybody; words alone",
    "GET /healthz": "everybody",
    "GET /readyz": "everybody",
    "GET /metrics": "this machine, unless SIAGA_METRICS_PUBLIC",
    "GET /openapi.json": "everybody",
    "GET /manifest.webmanifest": "everybody",
    "GET /sw.js": "everybody",
    "GET /s/<digest>/<path:name>": "everybody",
    "GET /api/v1/city": "everybody",
    "GET /api/v1/geo/kelurahan": "everybody",
    "GET /api/v1/geo/kelurahan.geojson": "everybody",
    "POST /api/v1/geo/search": "everybody",
    "GET /peta/<mark>/<int:z>/<int:x>/<int:y>": "everybody",
    "GET /api/v1/push-key": "everybody",
    "POST /api/v1/calls": "everybody",
    "POST /api/v1/exchange/calls": "the telephone exchange, by its signature",
    "POST /api/v1/push-receipts": "whoever holds a receipt that we signed",
    "POST /api/v1/reports": "everybody",
    "POST /api/v1/receipts": "whoever holds the receipt",
    "POST /api/v1/receipts/items": "whoever holds the receipt",
    "POST /api/v1/receipts/chunks": "whoever holds the receipt",
    "POST /api/v1/receipts/contact": "whoever holds the receipt",
    "POST /api/v1/receipts/erase": "whoever holds the receipt",
    "GET /api/v1/push-subscriptions": "everybody; the sender's public key alone",
    "PUT /api/v1/push-subscriptions": "a device, or staff signed in",
    "DELETE /api/v1/push-subscriptions": "a device, or staff signed in",
    "GET /api/v1/reports/<uuid:report_id>": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/messages": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/signals": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/answers": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/positions": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/sharing-stops": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/seen": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/needs": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/same": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/still": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/appeal": "reporter",
    "POST /api/v1/reports/<uuid:report_id>/media": "reporter",
    "GET /api/v1/reports/<uuid:report_id>/media/<uuid:media_id>": "reporter",
    "PATCH /api/v1/reports/<uuid:report_id>/media/<uuid:media_id>": "reporter",
    "HEAD /api/v1/reports/<uuid:report_id>/media/<uuid:media_id>": "reporter",
    "GET /laporan/<uuid:report_id>": "everybody; the report itself, whoever holds its token",
    "POST /laporan/<uuid:report_id>": "reporter",
    "POST /laporan/<uuid:report_id>/foto": "reporter",
    "GET /j/<uuid:report_id>/<mark>": "whoever was sent the address by SMS",
    "POST /j/<uuid:report_id>/<mark>": "whoever was sent the address by SMS",
}
"""Everything outside the console and who may use it; `reporter` is the bearer of the report's track token."""


def routes(app):
    """`METHOD /rule` → rule, without what Flask adds by itself."""
    found = {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"OPTIONS"} - ({"HEAD"} if "GET" in rule.methods else set()):
            found[f"{method} {rule.rule}"] = rule
    return found


def address(rule) -> str:
    with_words = dict.fromkeys(rule.arguments, "x")
    for name, converter in rule._converters.items():
        if type(converter).__name__ == "UUIDConverter":
            with_words[name] = uuid.UUID(int=1)
        if type(converter).__name__ == "IntegerConverter":
            with_words[name] = 1
    return rule.build(with_words)[1]


def test_every_public_route_says_who_may_use_it(app):
    undeclared = {name for name in routes(app) if not name.split()[1].startswith("/console")} - PUBLIC.keys()
    assert not undeclared, "say in this file who may use it"


def test_every_console_route_says_which_roles_may_use_it(app):
    endpoints = {rule.endpoint for rule in routes(app).values() if rule.rule.startswith("/console")}
    assert endpoints
    assert endpoints == route.ROUTES.keys()


def test_a_public_process_cannot_route_to_the_console(settings):
    public = create_app(Settings(data=settings.data, doors=("public",)))
    assert not [rule for rule in public.url_map.iter_rules() if rule.rule.startswith("/console")]
    assert public.test_client().get("/console/").status_code == 404
    public.database.engine.dispose()


def test_nobody_but_the_reporter_reaches_a_report(app, client):
    for name, rule in routes(app).items():
        if PUBLIC.get(name) == "reporter":
            answer = client.open(address(rule), method=name.split()[0], json={})
            assert answer.status_code in {401, 403, 404}, name


def test_nobody_signed_out_reaches_the_console(app, client):
    for name, rule in routes(app).items():
        declared = route.ROUTES.get(rule.endpoint)
        if declared is None or not declared.roles:
            continue
        method = name.split()[0]
        answer = client.open(address(rule), method=method, headers={"Accept": "application/json"}, json={})
        assert answer.status_code in {401, 403, 404}, name


def sealed(answer, name: str) -> None:
    policy = answer.headers.get("Content-Security-Policy", "")
    assert policy.startswith("default-src 'none'"), name
    assert "unsafe-" not in policy, name
    assert "frame-ancestors 'none'" in policy, name
    assert answer.headers["X-Content-Type-Options"] == "nosniff", name
    assert answer.headers["Referrer-Policy"] == "no-referrer", name
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", name
    assert "Cross-Origin-Resource-Policy" in answer.headers, name
    assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"], name
    assert answer.status_code < 500 or (name.endswith("/readyz") and answer.status_code == 503), name


def test_every_answer_is_sealed(app, client):
    for name, rule in routes(app).items():
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", name.split()[0]):
            sealed(client.open(address(rule), method=method), f"{method} {rule.rule}")
    for path in (
        "/nothing",
        "/console/nothing",
        "/api/v1/nothing",
        "/s/0/nothing",
        "/%00",
        "/..%2f..%2fetc/passwd",
    ):
        sealed(client.get(path), path)
    sealed(client.post("/api/v1/reports", data=b"x" * 70_000), "a body that is too large")
    sealed(
        client.post("/api/v1/reports", data=b"{", content_type="application/json"), "a body that is no JSON"
    )


def test_under_tls_browsers_are_told_to_stay_there(settings):
    secure = create_app(Settings(data=settings.data, public_url="https://siaga.example"))
    for path in ("/", "/healthz", "/nothing"):
        assert "max-age=" in secure.test_client().get(path).headers["Strict-Transport-Security"]
    secure.database.engine.dispose()


def test_without_tls_they_are_not(client):
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
