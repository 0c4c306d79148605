"""What staff may do at the public door, and what each kind of process serves."""

from dataclasses import replace

import pytest

from app import create_app
from app.accounts import sessions, sign_in_throttle
from app.accounts.models import SignInThrottle, StaffSession
from tests.support.staff import Browser

SUBSCRIPTION = {
    "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/abc",
    "keys": {
        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        "auth": "tBHItJI5svbpez7KI4CCXg",
    },
}


def subscribe(first):
    headers = {"X-CSRF-Token": first.token, "Sec-Fetch-Site": "same-origin"}
    answer = first.client.put("/api/v1/push-subscriptions", json=SUBSCRIPTION, headers=headers)
    return answer.status_code


def test_pushes_to_staff_need_both_steps(hire, browser, inside):
    hire("damkar1", "agency", "damkar")
    half = browser()
    half.sign_in("damkar1")
    half.get("/console/pasang-kode")
    assert subscribe(half) == 401
    assert subscribe(inside("agency", "damkar")) == 204


def test_another_site_subscribes_nobody(inside):
    first = inside("operator")
    first.token = "0" * 64
    assert subscribe(first) == 403


@pytest.mark.parametrize("door", ["public", "console"])
def test_a_process_serves_its_own_door_and_tells_faults_all_the_same(settings, door):
    app = create_app(replace(settings, doors=(door,)))
    client = app.test_client()
    assert client.get("/console/masuk").status_code == (200 if door == "console" else 404)
    assert client.get("/console/tidak-ada").status_code == 404
    assert client.get("/lapor").status_code == (200 if door == "public" else 404)
    assert client.get("/healthz").status_code == 200
    received = client.get("/tidak-ada", headers={"Accept": "text/html"})
    assert received.status_code == 404
    assert "tel:112" in received.text
    app.database.engine.dispose()


@pytest.mark.engine("sqlite")
def test_the_public_door_asks_nothing_of_staff(app, inside):
    """No session is looked up and no cookie is set, also for a browser that is signed in."""
    first = inside("operator")
    for path in ("/", "/lapor", "/healthz", "/manifest.webmanifest"):
        answer = first.client.get(path)
        assert answer.status_code == 200, path
        assert not answer.headers.getlist("Set-Cookie"), path
    assert not any("remember" in str(work) for works in app.after_request_funcs.values() for work in works)


def test_a_month_old_sign_ins_and_forgotten_tries_are_erased(inside, browser, database, clock):
    inside("operator")
    browser().sign_in("nobody-here", "not the password")
    clock.forward(days=31)
    inside("auditor")
    with database.write() as session:
        sessions.erase_old(session)
        sign_in_throttle.erase_old(session)
        assert session.query(StaffSession).count() == 1
        assert session.query(SignInThrottle).count() == 0


def test_a_database_that_is_away_is_told_in_words(settings, hire):
    hire("operator1")
    app = create_app(settings)
    first = Browser(app)
    first.get("/console/masuk")
    with app.app_context():
        app.database.engine.dispose()
    from sqlalchemy import event
    from sqlalchemy.exc import OperationalError

    def away(*_):
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    event.listen(app.database.engine, "before_cursor_execute", away)
    answer = first.post("/console/masuk", {"name": "operator1", "password": "x"})
    event.remove(app.database.engine, "before_cursor_execute", away)
    app.database.engine.dispose()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert "Telepon 112 tetap berjalan" in answer.text
