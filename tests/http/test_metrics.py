"""`/metrics` is for this machine unless the settings say otherwise; the phone's shortcut opens a page that can call."""

from dataclasses import replace
from http import HTTPStatus

import pytest

from app import create_app


@pytest.mark.engine("sqlite")
def test_figures_are_told_to_this_machine(client):
    answer = client.get("/metrics")
    assert answer.status_code == HTTPStatus.OK
    assert answer.content_type.startswith("text/plain")
    assert "# HELP siaga_" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_nobody_behind_a_proxy_is_told_figures(client, name):
    assert client.get("/metrics", headers={name: "for=203.0.113.9"}).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.engine("sqlite")
def test_another_machine_is_told_figures_when_the_settings_say_so(settings, database):
    for public, status in ((False, HTTPStatus.NOT_FOUND), (True, HTTPStatus.OK)):
        app = create_app(replace(settings, metrics_public=public))
        answer = app.test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
        assert answer.status_code == status
        app.database.engine.dispose()


@pytest.mark.engine("sqlite")
def test_the_shortcut_to_call_opens_a_page_that_can_call(client):
    manifest = client.get("/manifest.webmanifest").json
    urls = [shortcut["url"] for shortcut in manifest["shortcuts"]]
    assert "/?telepon" in urls
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == HTTPStatus.OK, url
        assert 'href="tel:112"' in answer.text, url
