"""What a first visit weighs on a bad network: limits of the resident's first screen and form, compressed."""

from itertools import pairwise

import pytest

from app.core.i18n import LOCALES
from app.public.api.city import seeded
from app.public.pages.assets import ENTRY, Assets, packed
from app.public.pages.render import Shell

PAGE = 14_000
SCRIPTS = 15_000
FIRST_VISIT = 35_000
IN_THE_BACKGROUND = 120_000
MODULES = 12
DEEP = 2


@pytest.fixture(scope="module")
def assets():
    return Assets.read()


def weight(assets, name):
    file = assets.files[name]
    return len(packed(file.body)) if file.packs else len(file.body)


def first_page(assets, locale):
    city = seeded()
    page = Shell(assets).page("index.html", locale, tiles=city.tiles, sapa=city.sapa)
    return len(packed(page.encode()))


@pytest.mark.parametrize("locale", LOCALES)
def test_home_and_form_fit_into_the_first_visit(assets, locale):
    page = first_page(assets, locale)
    scripts = sum(weight(assets, name) for name in assets.modules)
    words = weight(assets, f"locales/{locale}.json") + weight(assets, "data/kinds.json")
    assert page <= PAGE
    assert scripts <= SCRIPTS
    assert page + scripts + words <= FIRST_VISIT


def test_the_service_worker_fetches_little_in_the_background(assets):
    names = [address.split("/", 3)[3] for address in assets.beforehand]
    assert sum(weight(assets, name) for name in names) <= IN_THE_BACKGROUND
    staff = ("console", "counsellor/", "leaflet")
    assert not [name for name in names if any(part in name for part in staff)]


def test_few_modules_and_no_long_chain_of_them(assets):
    assert len(assets.modules) <= MODULES
    levels = [{ENTRY}]
    while fresh := {near for name in levels[-1] for near in assets.imports(name)} - set().union(*levels):
        levels.append(fresh)
    assert len(levels) - 1 <= DEEP
    assert all(item.isdisjoint(other) for item, other in pairwise(levels))


def test_the_map_library_is_the_published_one(assets):
    """Leaflet 1.9.4 as its authors published it (the integrity values of leafletjs.com)."""
    from base64 import b64encode
    from hashlib import sha256

    def integrity(name):
        return b64encode(sha256(assets.files[name].body).digest()).decode()

    assert integrity("leaflet/leaflet.js") == "20nQCchB9co0qIjJZRGuk2/Z9VM+kNiyxNV1lvTlZBo="
    assert integrity("leaflet/leaflet.css") == "p4NxAoJBhIIN+hmNHrzRCf9tD/miZyoHS5obTRR9BMY="
