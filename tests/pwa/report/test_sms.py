"""A report as one SMS: short, in characters every phone can send, readable by people, checked by its last character."""

from itertools import pairwise

import pytest
from openlocationcode import openlocationcode

from app.core.domain import KINDS
from app.core.i18n import LOCALES, words
from app.public.pages.assets import Assets

GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic table of 3GPP TS 23.038."""
PLACES = [
    (0.1331, 117.4902),
    (0.0214, 117.388),
    (-0.00001, 117.5),
    (0.2061, 117.56499),
    (89.99999, -180.0),
    (0.0, 0.0),
]
KEY = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def ask(web, page):
    """Return `ask(name, *values)`: call a function of the module in a real browser."""
    page.goto(web.url)
    module = Assets.read().url("js/report/sms.js")

    def call(name, *values):
        return page.evaluate(
            "async ([module, name, values]) => (await import(module))[name](...values)",
            [module, name, list(values)],
        )

    return call


def iso_7064_mod_37_36(text):
    """The standard's recursive method, written from its definition."""
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    product = 36
    for sign in text:
        if sign in signs:
            total = (product + signs.index(sign)) % 36
            product = (total or 36) * 2 % 37
    return signs[(37 - product) % 36]


def test_the_place_is_the_plus_code_others_compute(ask):
    for place in PLACES:
        assert ask("plusCode", *place) == openlocationcode.encode(*place)


def test_every_kind_fits_into_one_message_in_either_language(ask):
    longest = "Sebelah masjid Al-Ikhlas, gang tiga, rumah cat hijau — dekat jembatan 🏠 " * 4
    for locale in LOCALES:
        for kind in KINDS:
            for place in ({"lat": 0.1331, "lon": 117.4902}, None):
                text = ask(
                    "smsText",
                    {
                        "key": KEY,
                        "word": words(locale)[f"kind.{kind}"],
                        "location": place and {"source": "gps", **place},
                        "kelurahan": "Tanjung Laut Indah",
                        "landmark": longest,
                    },
                )
                assert len(text) <= 160
                assert set(text) <= GSM7
                body, check = text[:-2], text[-1]
                assert check == iso_7064_mod_37_36(body.upper())
                assert "9A8057" in body


def test_a_wrong_character_or_a_swap_is_noticed(ask):
    text = ask(
        "smsText",
        {"key": KEY, "word": "Kebakaran", "location": {"source": "gps", "lat": 0.1331, "lon": 117.4902}},
    )
    assert text.startswith("SIAGA112 KEBAKARAN 6PGV4FMR+")
    body, check = text[:-2], text[-1]
    signs = [place for place, sign in enumerate(body) if sign.isalnum()]
    for place in signs:
        wrong = body[:place] + ("A" if body[place] != "A" else "B") + body[place + 1 :]
        assert iso_7064_mod_37_36(wrong) != check
    for item, other in pairwise(signs):
        if body[item] != body[other]:
            swapped = list(body)
            swapped[item], swapped[other] = body[other], body[item]
            assert iso_7064_mod_37_36("".join(swapped)) != check


def test_both_makers_of_phones_understand_the_link(ask):
    android = ask("smsLink", "112", "A B+C", "Mozilla/5.0 (Linux; Android 10)")
    apple = ask("smsLink", "112", "A B+C", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)")
    assert android == "sms:112?body=A%20B%2BC"
    assert apple == "sms:112&body=A%20B%2BC"
