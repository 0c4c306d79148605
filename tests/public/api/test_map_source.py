"""The address of picture tiles: what is taken, and that pages then allow that origin and nothing more."""

import re

import pytest

from app.public.api.map_source import open_map_source
from app.public.pages.assets import Assets
from app.public.pages.render import Shell
from config import Settings, SettingsError

TAKEN = {
    "https://peta.bontangkota.go.id/{z}/{x}/{y}.png?k=1": "https://peta.bontangkota.go.id",
    "https://{s}.peta.id:8443/{z}/{x}/{y}.webp": "https://*.peta.id:8443",
    "http://127.0.0.1:8090/{z}/{x}/{y}.png": "http://127.0.0.1:8090",
    "/tiles/{z}/{x}/{y}.png": "",
    "": "",
}
REFUSED = (
    "http://peta.id/{z}/{x}/{y}.png",
    "//peta.id/{z}/{x}/{y}.png",
    "https://peta.id/{z}/{x}.png",
    "https://peta.id/;script-src */{z}/{x}/{y}",
    "https://peta.id;script-src */{z}/{x}/{y}",
    "https://peta.id /{z}/{x}/{y}",
    "javascript:{z}{x}{y}",
    "https://peta.id/kota.pmtiles",
    "kota.mbtiles",
)


@pytest.mark.parametrize(("address", "origin"), TAKEN.items())
def test_pages_allow_pictures_from_the_origin_of_the_tiles_and_no_other(address, origin):
    settings = Settings.from_mapping({"SIAGA_MAP_TILES": address})
    policy = Shell(Assets.read(), open_map_source(settings).origin).policy
    assert re.search(r"img-src ([^;]*)", policy)[1] == f"'self' blob: data: {origin}".strip()
    assert policy.count(origin or "no such") == (1 if origin else 0)


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_browsers_cannot_use_is_told_at_start(address):
    with pytest.raises(SettingsError, match="SIAGA_MAP_TILES"):
        Settings.from_mapping({"SIAGA_MAP_TILES": address})
