"""Every route for programs carries its operation, and `/openapi.json` has all of them."""

import re
from collections import Counter

import pytest
from flask import Flask

from app.http.edge import Edge
from app.http.operation import operation
from app.public.api.openapi import describe, endpoints
from app.public.api.report_intake import PATH

pytestmark = pytest.mark.engine("sqlite")

FOR_PROGRAMS = re.compile(r"/api/v1/|/(healthz|readyz|metrics|openapi.json)$")
"""Addresses that programs use; all others are pages, files and pictures."""


def routes(app):
    """(method, rule) of every route for programs, without what Flask adds by itself."""
    return {
        (method.lower(), rule.rule)
        for rule in app.url_map.iter_rules()
        if FOR_PROGRAMS.match(rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def undescribed(app):
    """Return the routes for programs that no operation describes."""
    return routes(app) - {(endpoint.method, endpoint.rule) for endpoint in endpoints(app)}


def test_every_route_for_programs_carries_an_operation(app):
    assert len(routes(app)) > 30
    assert not undescribed(app), "put @operation(…) on these views"


def test_only_routes_for_programs_carry_one(app):
    described = {endpoint.rule for endpoint in endpoints(app)}
    assert not [rule for rule in described if not FOR_PROGRAMS.match(rule)]


def test_a_route_without_an_operation_is_found():
    app = Flask("forgetful", static_folder=None)
    described = operation(operation_id="kept", summary="Kept", responses={204: None})
    app.add_url_rule("/api/v1/kept", view_func=described(lambda: ""), endpoint="kept")
    app.add_url_rule("/api/v1/forgotten", view_func=lambda: "", endpoint="forgotten")
    assert undescribed(app) == {("get", "/api/v1/forgotten")}


def test_an_operation_that_names_an_unknown_schema_is_found():
    app = Flask("forgetful", static_folder=None)
    described = operation(operation_id="kept", summary="Kept", responses={200: "NoSuchSchema"})
    app.add_url_rule("/api/v1/kept", view_func=described(lambda: ""), endpoint="kept")
    with pytest.raises(KeyError, match="NoSuchSchema"):
        describe(app)


def test_the_document_has_every_operation_once(app):
    document = app.test_client().get("/openapi.json").json["paths"]
    named = Counter(
        operation["operationId"] for methods in document.values() for operation in methods.values()
    )
    assert set(named.values()) == {1}
    assert named.keys() == {endpoint.operation.operation_id for endpoint in endpoints(app)}


def test_what_is_answered_before_flask_is_described(app):
    """The edge takes reports without Flask's routing; a program reads of them in the document all the same."""
    assert isinstance(app.wsgi_app, Edge)
    paths = describe(app)["paths"]
    assert ("POST", PATH) in app.wsgi_app._direct
    assert not [path for method, path in app.wsgi_app._direct if method.lower() not in paths.get(path, {})]
