"""A map's archive: each picture is found in its place, and a file that is none, or is damaged, ends nothing."""

import os
import random

import pytest
from pmtiles.tile import Compression, TileType

from app.geo.pmtiles import Archive, Unusable
from tests.support.archive import addresses, content_of, write_archive

pytestmark = pytest.mark.engine("sqlite")


def test_every_picture_is_found_also_through_directories_below_the_first(tmp_path):
    zooms = range(8, 18)
    archive = Archive(write_archive(tmp_path / "kota.pmtiles", zooms))
    all_of_them = addresses(zooms)
    assert len(all_of_them) > 5_000, "more than one directory holds"
    assert all(archive.picture(*item) == content_of(*item) for item in all_of_them)
    assert (archive.type, archive.max_zoom, archive.attribution) == ("image/png", 17, "Peta & Kota")


def test_what_the_map_does_not_have_is_nothing(tmp_path):
    archive = Archive(write_archive(tmp_path / "kota.pmtiles"))
    here = addresses((12,))[0]
    assert archive.picture(*here)
    for z, x, y in (
        (12, 0, 0),
        (13, 0, 0),
        (12, 4096, 0),
        (12, -1, 0),
        (-1, 0, 0),
        (40, 1, 1),
        (12, 0, 10**30),
    ):
        assert archive.picture(z, x, y) is None


@pytest.mark.parametrize(
    ("kind", "packing"),
    [
        (TileType.MVT, Compression.GZIP),
        (TileType.MVT, Compression.NONE),
        (TileType.PNG, Compression.GZIP),
        (TileType.UNKNOWN, Compression.NONE),
    ],
)
def test_shapes_and_packed_tiles_are_refused_in_a_sentence(tmp_path, kind, packing):
    with pytest.raises(Unusable, match="holds no pictures"):
        Archive(write_archive(tmp_path / "kota.pmtiles", kind=kind, packing=packing))


@pytest.mark.parametrize(
    "content", [b"", b"PMTiles", b"PMTiles\x02" + bytes(200), b"\xff" * 400, b"<html>" * 50]
)
def test_another_file_is_refused_in_a_sentence(tmp_path, content):
    file = tmp_path / "kota.pmtiles"
    file.write_bytes(content)
    with pytest.raises(Unusable, match=r"kota\.pmtiles is no PMTiles archive"):
        Archive(file)


def test_a_file_that_is_not_there_or_a_folder_is_refused_in_a_sentence(tmp_path):
    for file in (tmp_path / "none.pmtiles", tmp_path):
        with pytest.raises(Unusable, match="cannot be read"):
            Archive(file)


def test_a_damaged_file_gives_a_picture_or_nothing_and_never_a_fault(tmp_path):
    file = write_archive(tmp_path / "kota.pmtiles", range(8, 16))
    whole, chance = file.read_bytes(), random.Random(7)
    wanted = chance.sample(addresses(range(8, 16)), 10)
    opened = 0
    for _ in range(400):
        broken = bytearray(whole[:20_000])
        for _ in range(chance.choice((1, 4, 40))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        file.write_bytes(broken)
        try:
            archive = Archive(file)
        except Unusable:
            continue
        opened += 1
        for item in wanted:
            assert isinstance(archive.picture(*item), bytes | None)
    assert opened > 100


def test_an_archive_that_is_cut_in_place_ends_no_process(tmp_path):
    file = write_archive(tmp_path / "kota.pmtiles", range(8, 16))
    archive, first = Archive(file), addresses((15,))[-1]
    assert archive.picture(*first)
    os.truncate(file, 20)
    assert archive.picture(*first) is None
