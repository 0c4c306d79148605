"""Words of a caller and the SMS of a phone without data: read, guessed at, checked."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geo.districts.locate import Gazetteer
from app.reports.kind_guess import guess
from app.reports.sms_code import NoReport, check_character, read_sms


def sms(answer, short="3F9A21"):
    text = f"SIAGA112 {answer} {short}"
    return f"{text} {check_character(text)}"


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        ("ada api di dapur tetangga, asapnya tebal", "fire"),
        ("Bapak saya pingsan", "medical"),
        ("motor tabrakan sama truk", "accident"),
        ("ular masuk kamar", "wildlife"),
        ("kabel listrik putus", "power_line"),
        ("pohon tumbang kena kabel, pohonnya besar, dahan di jalan", "tree_down"),
        ("tidak ada api, cuma banjir", "flood"),
        ("bau gas menyengat dari pabrik", "gas_chemical"),
        ("anak hanyut di sungai", "drowning"),
        ("halo?", None),
        ("", None),
    ],
)
def test_the_kind_that_the_words_speak_for(shown, kind):
    found = guess(shown)
    assert (found.kind if found else None) == kind
    if found:
        assert found.word in shown.lower()


@given(st.text(max_size=300))
def test_no_words_break_the_guess_or_the_reading(shown):
    guess(shown)
    with pytest.raises(NoReport):
        read_sms(shown)


def test_a_place_by_its_code():
    found = read_sms(sms("KEBAKARAN 6PGX4FMR+7M SEBELAH MASJID"))
    assert (found.kind, found.short, found.place) == ("fire", "3F9A21", "Sebelah Masjid")
    place = Gazetteer.seeded().place_of(found.lat, found.lon)
    assert place.plus_code == "6PGX4FMR+7M"


def test_a_place_in_words_and_none():
    found = read_sms(sms("LONGSOR, ANGIN, GEMPA BERBAS PANTAI"))
    assert (found.kind, found.place, found.lat) == ("landslide_storm", "Berbas Pantai", None)
    assert read_sms(sms("FLOOD LOKASI")).place is None
    other = read_sms(sms("METEOR 6PGX4FMR+7M"))
    assert (other.kind, other.kind_word) == ("other", "METEOR")


def test_it_is_found_in_what_was_forwarded():
    text = sms("BANJIR API-API")
    assert read_sms(f"Diteruskan:\n{text.lower()}\n").kind == "flood"


def test_every_single_wrong_character_is_noticed():
    text = sms("KEBAKARAN 6PGX4FMR+7M")
    answer = text[len("SIAGA112 ") : -2]
    for place, sign in enumerate(answer):
        for other in string.ascii_uppercase + string.digits:
            if sign.isalnum() and other != sign:
                changed = f"SIAGA112 {answer[:place]}{other}{answer[place + 1 :]} {text[-1]}"
                with pytest.raises(NoReport):
                    read_sms(changed)


def test_nearly_every_swap_of_neighbours_is_noticed():
    """ISO 7064 MOD 37,36 promises no more; of all pairs of characters at one place, one in 36 passes at most."""
    signs = string.digits + string.ascii_uppercase
    pairs = [(sign, other) for sign in signs for other in signs if sign < other]
    passed = [p for p in pairs if check_character("6P" + p[0] + p[1]) == check_character("6P" + p[1] + p[0])]
    assert len(passed) <= len(pairs) / 36


def test_the_phone_writes_the_same_form():
    script = Path("pwa/js/report/sms.js").read_text()
    assert re.search(r"`SIAGA112 KEBAKARAN 6PGX4FMR\+7M 3F9A21 K`", script)
