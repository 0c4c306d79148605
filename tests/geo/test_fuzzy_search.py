"""People find a place by the name they use for it, spelt as they spell it."""

import random
import time

import pytest

from app.geo.places.fuzzy_search import Entry, Index
from app.geo.seed import KELURAHAN, SPELLINGS

VILLAGES = [
    Entry(item.code, "kelurahan", item.name, item.lat, item.lon, tuple(SPELLINGS.get(item.code, ())))
    for item in KELURAHAN
]
LANDMARKS = [
    Entry("m", "worship", "Masjid Al-Contoh", 0.13, 117.49, ("Masjid Raya Contoh",)),
    Entry("p", "market", "Pasar Lok Tuan", 0.166, 117.475),
    Entry("h", "harbour", "Pelabuhan Loktuan", 0.17, 117.48),
    Entry("i", "island", "Pulau Contoh", 0.08, 117.55),
    Entry("r", "rt", "RT 12", 0.13, 117.48),
    Entry("s", "street", "Jalan Kapal Contoh", 0.12, 117.48),
]
INDEX = Index([*VILLAGES, *LANDMARKS])


@pytest.mark.parametrize(
    ("requests", "meant"),
    [
        ("Loktuan", "Lok Tuan"),
        ("lok tuan", "Lok Tuan"),
        ("LHOK TUAN", "Lok Tuan"),
        ("Telihan", "Gunung Telihan"),
        ("gn telihan", "Gunung Telihan"),
        ("Berebas Pantai", "Berbas Pantai"),
        ("kel. api api", "Api-Api"),
        ("tj laut indah", "Tanjung Laut Indah"),
        ("Bontang Kuala", "Bontang Kuala"),
        ("pasar loktuan", "Pasar Lok Tuan"),
        ("pelabuhan lok tuan", "Pelabuhan Loktuan"),
        ("pelabuan loktuan", "Pelabuhan Loktuan"),
        ("masjid raya", "Masjid Al-Contoh"),
        ("dekat masjid", "Masjid Al-Contoh"),
        ("jl kapal", "Jalan Kapal Contoh"),
        ("rt 12", "RT 12"),
        ("beliming", "Belimbing"),
        ("knaaan", "Kanaan"),
        ("Satimpp", "Satimpo"),
        ("guntng", "Guntung"),
        ("belinbimg", "Belimbing"),
        ("gunugn telihna", "Gunung Telihan"),
        ("gunungtelihn", "Gunung Telihan"),
        ("tanjunglaotindah", "Tanjung Laut Indah"),
        ("plebuhan loktuan", "Pelabuhan Loktuan"),
        ("tanj", "Tanjung Laut"),
    ],
)
def test_a_place_is_found_as_people_write_it(requests, meant):
    assert INDEX.find(requests)[0].name == meant


def test_berebas_alone_is_both():
    assert {item.name for item in INDEX.find("berebas")} == {"Berbas Tengah", "Berbas Pantai"}


@pytest.mark.parametrize("requests", ["", "   ", "???", "xyzzyx", "rt 13 xyzzyx", "\x00", "a" * 4000])
def test_what_is_no_place_finds_none(requests):
    assert INDEX.find(requests) == []


def test_a_number_is_never_nearly_another():
    assert not Index([Entry("r", "rt", "1234", 0, 0)]).find("1235")
    assert not Index([Entry("r", "rt", "RT 12", 0, 0)]).find("rt13")


def test_every_name_is_found_with_any_one_letter_wrong():
    """Of the fifteen kelurahan, whatever letter somebody mistypes, leaves out, doubles or swaps."""
    rng = random.Random(6)
    lost = []
    for village in VILLAGES:
        word = max(village.name.replace("-", " ").split(), key=len)
        if len(word) < 5:
            continue
        for at in range(len(word)):
            other = rng.choice("bcdfghjklmnpqrstvwxyz")
            for faulty in (
                word[:at] + other + word[at + 1 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            ):
                requests = village.name.replace("-", " ").replace(word, faulty)
                if village not in INDEX.find(requests):
                    lost.append(requests)
    assert not lost


def test_a_large_city_answers_at_once():
    """20,000 places: an answer takes a few milliseconds, so it may be asked for within a request."""
    rng = random.Random(7)
    letters = "aiueonktrlsmpbdg"
    made = ["".join(rng.choice(letters) for _ in range(rng.randint(4, 9))) for _ in range(6_000)]
    places = [
        Entry(str(n), "landmark", f"{rng.choice(made)} {rng.choice(made)}", 0.1, 117.5) for n in range(20_000)
    ]
    index = Index([*VILLAGES, *places])
    requests = [rng.choice(places).name for _ in range(50)]
    start = time.perf_counter()
    for name in requests:
        assert name in {item.name for item in index.find(name[:3] + name[4:])} | {
            item.name for item in index.find(name)
        }
    assert (time.perf_counter() - start) / 100 < 0.25
