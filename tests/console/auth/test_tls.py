"""Behind a proxy with TLS: cookies, headers and addresses are what they should be there."""

from dataclasses import replace

import pytest

from app import create_app
from tests.support.staff import Browser

PUBLIC = "https://112.bontang.example"
PROXY = "192.0.2.1"


@pytest.fixture
def behind_proxy(settings):
    """The application as a city runs it: one proxy that ends TLS."""
    app = create_app(replace(settings, public_url=PUBLIC, trusted_proxies=1))
    yield app
    app.database.engine.dispose()


@pytest.fixture
def visitor(behind_proxy):
    """A browser behind the proxy, at `address` as the proxy saw it."""

    def _visitor(address="203.0.113.50", *, claims=""):
        first = Browser(behind_proxy, PROXY)
        forwarded = f"{claims}, {address}" if claims else address
        first.environ |= {
            "HTTP_HOST": "112.bontang.example",
            "HTTP_X_FORWARDED_FOR": forwarded,
            "HTTP_X_FORWARDED_PROTO": "https",
        }
        return first

    return _visitor


def test_every_cookie_is_bound_to_the_host_and_to_tls(hire, visitor):
    hire("operator1")
    first = visitor()
    answers = [first.get("/console/masuk?lang=en"), first.sign_in("operator1")]
    cookies = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert {line.split("=")[0] for line in cookies} == {"lang", "__Host-siaga", "__Host-siaga-before"}
    for line in cookies:
        assert "; Secure" in line
        assert "Domain" not in line
        assert "Path=/" in line
        if line.startswith("__Host-"):
            assert "HttpOnly" in line
            assert "SameSite=Strict" in line


def test_the_second_step_cannot_be_put_off(hire, visitor):
    hire("operator1")
    first = visitor("127.0.0.1")
    first.sign_in("operator1")
    assert "/console/nanti-saja" not in first.get("/console/pasang-kode").text
    assert first.post("/console/nanti-saja").status_code == 403


def test_the_whole_way_in_works_and_marks_the_browser(hire, visitor):
    hire("operator1")
    first = visitor()
    first.sign_in("operator1")
    first.set_up_code()
    assert first.get("/console/akun").status_code == 200
    assert first.cookie("__Host-siaga-known")
    assert first.cookie("siaga") is None


def test_hsts_is_sent_and_the_address_of_ours_is_the_public_one(hire, visitor):
    hire("operator1")
    first = visitor()
    answer = first.get("/console/masuk")
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    fields = {"name": "operator1", "password": "x", "csrf": first.token}
    for origin, status in ((PUBLIC, 401), ("http://112.bontang.example", 403), ("https://evil.example", 403)):
        answer = first.client.post(
            "/console/masuk", data=fields, headers={"Origin": origin}, environ_base=first.environ
        )
        assert answer.status_code == status, origin


def test_guesses_are_counted_by_the_address_that_the_proxy_saw_not_by_what_a_stranger_claims(
    hire, visitor, clock
):
    hire("operator1")
    received = [
        visitor(claims=f"198.51.100.{number}").sign_in("operator1", "not the password").status_code
        for number in range(7)
    ]
    assert received == [401] * 5 + [429] * 2
    assert visitor("203.0.113.51").sign_in("operator1").status_code == 303


def test_without_a_trusted_proxy_claims_count_for_nothing(hire, browser, clock):
    hire("operator1")
    received = []
    for number in range(7):
        first = browser("203.0.113.9")
        first.environ["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}"
        received.append(first.sign_in("operator1", "not the password").status_code)
    assert received == [401] * 5 + [429] * 2
