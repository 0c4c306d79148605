"""Rules that hold for every route of the console, also for tomorrow's."""

import re

import pytest

from app.accounts.models import ROLES
from app.console.shared.route import ROUTES

STATE_CHANGING = ("POST", "PUT", "PATCH", "DELETE")
OPEN = {"console.sign_in", "console.sign_in_now", "console.asset"}
"""What somebody may use who has not signed in. Adding to it is a decision."""


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/console")]


def path_of(rule):
    """Return a path that the rule matches."""

    def fill(part):
        converter = part[1] or ""
        return "7" if converter.startswith("int") else "00000000-0000-7000-8000-000000000000"

    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", fill, rule.rule)


@pytest.mark.engine("sqlite")
def test_every_route_declares_its_roles(app):
    undeclared = [rule.rule for rule in rules(app) if rule.endpoint not in ROUTES]
    assert rules(app)
    assert not undeclared
    assert {endpoint for endpoint, access in ROUTES.items() if not access.roles} == OPEN


@pytest.mark.engine("sqlite")
def test_every_change_without_a_token_is_refused(app, inside):
    """Whoever asks: signed out, half in, or wholly in with every right."""
    first, stranger = inside("administrator"), app.test_client()
    wrong = []
    for rule in rules(app):
        for method in rule.methods & set(STATE_CHANGING):
            for client in (first.client, stranger):
                answer = client.open(path_of(rule), method=method, headers={"Sec-Fetch-Site": "same-origin"})
                if answer.status_code != 403:
                    wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    assert not wrong


@pytest.mark.engine("sqlite")
def test_every_change_from_another_site_is_refused(app, inside):
    first = inside("administrator")
    for rule in rules(app):
        for method in rule.methods & set(STATE_CHANGING):
            answer = first.client.open(
                path_of(rule),
                method=method,
                headers={"Sec-Fetch-Site": "cross-site", "X-CSRF-Token": first.token},
            )
            assert answer.status_code == 403, rule.rule


@pytest.mark.engine("sqlite")
def test_strangers_see_nothing_of_the_console(app):
    client = app.test_client()
    for rule in rules(app):
        if rule.endpoint in OPEN or "GET" not in rule.methods:
            continue
        answer = client.get(path_of(rule))
        is_api = rule.rule.startswith("/console/api/")
        assert answer.status_code == (401 if is_api else 303), rule.rule
        assert is_api or answer.location.startswith("/console/masuk"), rule.rule


@pytest.mark.engine("sqlite")
def test_a_role_that_is_not_declared_is_refused(app, inside):
    """403 where the page's existence is no secret, 404 where it is; every role against every route."""
    people = {role: inside(role, "damkar" if role == "agency" else None) for role in ROLES}
    for rule in rules(app):
        access = ROUTES[rule.endpoint]
        method = next(iter(rule.methods - {"HEAD", "OPTIONS"}))
        for role, item in people.items():
            if not access.roles or role in access.roles:
                continue
            answer = item.client.open(
                path_of(rule),
                method=method,
                headers={"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": item.token},
            )
            assert answer.status_code == (404 if access.hidden else 403), (rule.rule, role)


@pytest.mark.engine("sqlite")
def test_every_answer_is_sealed(app, inside):
    """A strict policy, no sniffing, no referrer, no cache, whatever is answered."""
    first = inside("supervisor")
    for client in (first.client, app.test_client()):
        for rule in rules(app):
            if "GET" not in rule.methods:
                continue
            headers = client.get(path_of(rule)).headers
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'"), rule.rule
            assert "unsafe" not in policy
            assert "*" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            if rule.endpoint != "console.asset":
                assert headers["Cache-Control"] == "no-store", rule.rule


@pytest.mark.engine("sqlite")
def test_no_template_of_the_console_carries_script_or_style_inline():
    from pathlib import Path

    root = Path(__file__).resolve().parents[2] / "app" / "console" / "templates"
    wrong = []
    for file in root.rglob("*.html"):
        text = file.read_text()
        if re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text):
            wrong.append(file.name)
    assert not wrong
