"""The console that is loaded late is the same console, in the same process and on the same database."""

import threading
from http import HTTPStatus

import pytest
from werkzeug.test import Client

from app import create_app


@pytest.fixture
def late(settings, database):
    """The application as the web process makes it."""
    app = create_app(settings, late_console=True)
    yield app
    app.database.engine.dispose()


def test_every_address_finds_its_side(late):
    client = Client(late)
    assert client.get("/").status_code == HTTPStatus.OK
    assert client.get("/console/masuk").status_code == HTTPStatus.OK
    assert client.get("/console/tidak-ada").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/consoles").status_code == HTTPStatus.NOT_FOUND
    headers = client.get("/console/masuk").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Request-Id"]


@pytest.mark.engine("sqlite")
def test_many_first_requests_at_once_make_one_console(late):
    received = []
    threads = [
        threading.Thread(target=lambda: received.append(Client(late).get("/console/masuk").status_code))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert received == [HTTPStatus.OK] * 8


@pytest.mark.engine("sqlite")
def test_a_forged_subscription_in_the_name_of_staff_is_refused_before_the_console_is_loaded(late):
    """The public door asks who is signed in by itself."""
    answer = Client(late).delete(
        "/api/v1/push-subscriptions",
        json={"endpoint": "https://fcm.googleapis.com/x"},
        headers={"X-CSRF-Token": "made up"},
    )
    assert answer.status_code == HTTPStatus.FORBIDDEN
